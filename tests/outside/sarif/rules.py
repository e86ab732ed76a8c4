"""The log against the rules of the standard and of GitHub. The validator always ends with 0, so its own log is read."""

import json
import os
import subprocess
import sys

REPORTS = os.environ["REPORTS"]
TOOL = f"{os.environ['JS']}/@microsoft/sarif-multitool-linux/Sarif.Multitool"

# It asks for an address of the tool in the web, and we have none that we know will stay.
EXCUSED = ("SARIF2005",)


def main():
    os.chmod(TOOL, 0o755)
    said = f"{REPORTS}/validated.json"
    command = [TOOL, "validate", f"{REPORTS}/a.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(
        [*command, "--output", said, "--log", "ForceOverwrite"], env=environment, capture_output=True, text=True
    )
    if not os.path.exists(said):
        print(done.stdout, done.stderr)
        return 1
    with open(said, encoding="utf-8-sig") as file:
        log = json.load(file)
    results = [result for run in log["runs"] for result in run.get("results", [])]
    n_bad = 0
    for result in results:
        level, rule = result.get("level", "warning"), result["ruleId"]
        if level in ("error", "warning") and rule not in EXCUSED:
            n_bad += 1
            print(f"{level} {rule}: {json.dumps(result['message'])}")
    notes = sorted({result["ruleId"] for result in results if result.get("level", "warning") == "note"})
    print(f"{n_bad} errors and warnings; notes of {', '.join(notes)}")
    return 1 if n_bad else 0


sys.exit(main())
