"""What GitLab's parser asks for: it stops at the first wrong entry, and drops entries whose fingerprint was there before."""

import json
import os
import sys

SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def faults(entry):
    for key in ("description", "fingerprint", "severity", "check_name"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            yield f"no `{key}`"
    if entry.get("severity") not in SEVERITIES:
        yield f"severity {entry.get('severity')}"
    location = entry.get("location", {})
    path = location.get("path", "")
    if not path or path.startswith(("/", "./")) or not os.path.isfile(f"{os.environ['SAMPLE']}/{path}"):
        yield f"path {path!r} is not below the root"
    begin = location.get("lines", {}).get("begin")
    if type(begin) is not int or begin < 1:
        yield f"line {begin!r}"


def main():
    with open(f"{os.environ['REPORTS']}/gitlab.json", "rb") as file:
        text = file.read()
    entries = json.loads(text)
    found = [f"{at}: {fault}" for at, entry in enumerate(entries) for fault in faults(entry)]
    if text.startswith(b"\xef\xbb\xbf"):
        found.append("starts with a byte order mark")
    prints = [entry["fingerprint"] for entry in entries]
    found += [f"fingerprint {one} stands {prints.count(one)} times" for one in set(prints) if prints.count(one) > 1]
    print("\n".join(found))
    print(f"{len(entries)} entries")
    return 1 if found or not entries else 0


sys.exit(main())
