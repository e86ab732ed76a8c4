"""reviewdog counts columns in bytes of UTF-8, from 1, the end excluded: the same bytes that cargo's messages name."""

import json
import os
import sys

REPORTS, SAMPLE = os.environ["REPORTS"], os.environ["SAMPLE"]


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def cut(diagnostic):
    """The bytes that a diagnostic marks."""
    location = diagnostic["location"]
    start, end = location["range"]["start"], location["range"]["end"]
    with open(f"{SAMPLE}/{location['path']}", "rb") as file:
        lines = file.read().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert start["line"] == end["line"], "the sample has no finding of several lines"
    return location["path"], lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1]


def main():
    theirs = sorted(cut(diagnostic) for diagnostic in lines_of(f"{REPORTS}/a.rdjsonl"))
    spans = [line["message"]["spans"][0] for line in lines_of(f"{REPORTS}/cargo.jsonl") if "message" in line]
    wanted = []
    for span in spans:
        with open(f"{SAMPLE}/{span['file_name']}", "rb") as file:
            text = file.read()
        wanted.append((span["file_name"], text[span["byte_start"] : span["byte_end"]]))
        line = span["text"][0]
        marked = line["text"][line["highlight_start"] - 1 : line["highlight_end"] - 1]
        wanted[-1] = wanted[-1] if marked.encode() == wanted[-1][1] else ("highlight", marked)
    for one in theirs:
        print(one)
    print(f"{len(theirs)} places")
    is_same = theirs == sorted(wanted) and all(b"channel" in text for _, text in theirs)
    return 0 if theirs and is_same else 1


sys.exit(main())
