"""Line hashes as a second program computes them from the same files. It drops a byte order mark, which GitHub's own code
keeps: a file with one is left to our own test."""

import json
import os
import pathlib
import subprocess
import sys

REPORTS, SAMPLE = os.environ["REPORTS"], os.environ["SAMPLE"]
TOOL = f"{os.environ['JS']}/@microsoft/sarif-multitool-linux/Sarif.Multitool"
KEY = "primaryLocationLineHash"


def place(result):
    location = result["locations"][0]["physicalLocation"]
    path = location["artifactLocation"]["uri"].split("/sample/")[-1]
    return path, location["region"]["startLine"], location["region"]["startColumn"]


def has_mark(path):
    with open(f"{SAMPLE}/{path}", "rb") as file:
        return file.read(3) == b"\xef\xbb\xbf"


def hashes(log):
    results = log["runs"][0]["results"]
    return {place(result): result.get("partialFingerprints", {}).get(KEY) for result in results}


def main():
    os.chmod(TOOL, 0o755)
    with open(f"{REPORTS}/a.sarif", encoding="utf-8") as file:
        log = json.load(file)
    ours = {at: value for at, value in hashes(log).items() if not has_mark(at[0])}
    run = log["runs"][0]
    run["originalUriBaseIds"] = {"SRCROOT": {"uri": pathlib.Path(SAMPLE).resolve().as_uri() + "/"}}
    for result in run["results"]:
        del result["partialFingerprints"]
    bare, filled = f"{REPORTS}/bare.sarif", f"{REPORTS}/filled.sarif"
    with open(bare, "w", encoding="utf-8") as file:
        json.dump(log, file)
    command = [TOOL, "rewrite", bare, "--output", filled, "--insert", "RollingHashPartialFingerprints"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([*command, "--log", "ForceOverwrite"], env=environment, capture_output=True, text=True)
    if not os.path.exists(filled):
        print(done.stdout, done.stderr)
        return 1
    with open(filled, encoding="utf-8-sig") as file:
        theirs = {at: value for at, value in hashes(json.load(file)).items() if at in ours}
    for at in sorted(ours):
        print(*at, ours[at], theirs[at], "" if ours[at] == theirs[at] else "DIFFERS")
    n_same = sum(ours[at] == theirs[at] for at in ours)
    print(f"{n_same} of {len(ours)} are the same")
    return 0 if ours and ours == theirs else 1


sys.exit(main())
