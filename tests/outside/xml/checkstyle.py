"""Checkstyle as its readers have it: known severities, lines that are in the file."""

import os
import sys
import xml.etree.ElementTree as ElementTree


def main():
    found = []
    n_errors = 0
    for file in ElementTree.parse(f"{os.environ['REPORTS']}/checkstyle.xml").getroot():
        with open(f"{os.environ['SAMPLE']}/{file.get('name')}", encoding="utf-8-sig", newline="") as text:
            n_lines = text.read().count("\n")
        for error in file:
            n_errors += 1
            if error.get("severity") not in ("error", "warning", "info"):
                found.append(f"severity {error.get('severity')}")
            if not 1 <= int(error.get("line")) <= n_lines or int(error.get("column")) < 1:
                found.append(f"{file.get('name')}:{error.get('line')}:{error.get('column')}")
            if not error.get("message") or not error.get("source", "").startswith("patscan."):
                found.append(str(error.attrib))
    print("\n".join(found))
    print(f"{n_errors} errors")
    return 1 if found or not n_errors else 0


sys.exit(main())
