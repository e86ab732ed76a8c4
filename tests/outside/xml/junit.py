"""JUnit as readers in use take it: one parses it, the strict ones know few attributes, GitLab keeps one case of a name."""

import os
import sys
import xml.etree.ElementTree as ElementTree

from junitparser import JUnitXml

PATH = f"{os.environ['REPORTS']}/junit.xml"
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "timestamp", "hostname", "skipped"},
    "testcase": {"name", "classname", "time", "group"},
    "failure": {"message", "type"},
}


def main():
    found = []
    names = []
    for element in ElementTree.parse(PATH).getroot().iter():
        extra = set(element.attrib) - ALLOWED.get(element.tag, set())
        if element.tag not in ALLOWED or extra:
            found.append(f"<{element.tag}> {sorted(extra)}")
        if element.tag == "testcase":
            names.append((element.get("classname"), element.get("name")))
    found += [f"{name} stands twice" for name in set(names) if names.count(name) > 1]
    n_cases = n_failures = 0
    for suite in JUnitXml.fromfile(PATH):
        cases = list(suite)
        failures = sum(len(case.result) for case in cases)
        n_cases, n_failures = n_cases + len(cases), n_failures + failures
        if (suite.tests, suite.failures) != (len(cases), failures):
            found.append(f"{suite.name}: counts {suite.tests}, {suite.failures} for {len(cases)}, {failures}")
    print("\n".join(found))
    print(f"{n_cases} cases, {n_failures} failures")
    return 1 if found or not n_failures else 0


sys.exit(main())
