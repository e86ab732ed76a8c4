"""Starts the real rust-analyzer on the sample with patscan as its check command, as an editor does, and compares what it
shows with what both tools said."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time

SKIPPED = 77
PATIENCE = 120
SAMPLE, PATSCAN = os.path.realpath(os.environ["SAMPLE"]), os.environ["PATSCAN"]


def server():
    """The program, if it can be had."""
    for command in (["rust-analyzer"], ["rustup", "run", "stable", "rust-analyzer"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "--version"], capture_output=True, text=True)
            if done.returncode == 0:
                return command, done.stdout.strip()
    added = subprocess.run(["rustup", "component", "add", "rust-analyzer"], capture_output=True, text=True)
    if added.returncode == 0:
        version = subprocess.run(["rust-analyzer", "--version"], capture_output=True, text=True)
        if version.returncode == 0:
            return ["rust-analyzer"], version.stdout.strip()
    print("rust-analyzer cannot be installed by rustup")
    sys.exit(SKIPPED)


class Client:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, cwd=SAMPLE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages = queue.Queue()
        self.n_requests = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            size = None
            while line := self.process.stdout.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            if size is None:
                return
            self.messages.put(json.loads(self.process.stdout.read(size)))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def request(self, method, params):
        self.n_requests += 1
        self.send(id=self.n_requests, method=method, params=params)

    def next(self, seconds):
        """The next message; whatever the server asks for is answered with nothing."""
        try:
            message = self.messages.get(timeout=max(seconds, 0.01))
        except queue.Empty:
            return None
        if "id" in message and "method" in message:
            items = message.get("params", {}).get("items") if isinstance(message.get("params"), dict) else None
            self.send(id=message["id"], result=[None for _ in items] if items else None)
        return message


def settings():
    command = [PATSCAN, "check", "--workspace", "--message-format=json", "--with", "check", "--", "--offline"]
    return {
        "check": {"overrideCommand": command},
        "cargo": {"buildScripts": {"enable": False}},
        "procMacro": {"enable": False},
        "cachePriming": {"enable": False},
    }


def diagnostics(command):
    """What the editor shows: by file, of each source and code, the places."""
    client = Client(command)
    client.request(
        "initialize",
        {
            "processId": os.getpid(),
            "rootUri": f"file://{SAMPLE}",
            "workspaceFolders": [{"uri": f"file://{SAMPLE}", "name": "sample"}],
            "capabilities": {
                "textDocument": {"publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True}},
                "window": {"workDoneProgress": True},
            },
            "initializationOptions": settings(),
        },
    )
    shown = {}
    end = time.monotonic() + PATIENCE
    quiet_from = None
    while time.monotonic() < end:
        message = client.next(1)
        if message is None:
            # Cargo's messages come first; on a busy machine ours take a while.
            has_ours = any(one["source"] == "patscan" for found in shown.values() for one in found)
            if quiet_from and time.monotonic() - quiet_from > (3 if has_ours else 30):
                break
            continue
        if message.get("id") == 1 and "result" in message:
            client.send(method="initialized", params={})
            path = f"{SAMPLE}/orders/src/lib.rs"
            with open(path, encoding="utf-8") as file:
                document = {"uri": f"file://{path}", "languageId": "rust", "version": 1, "text": file.read()}
            client.send(method="textDocument/didOpen", params={"textDocument": document})
        if message.get("method") == "textDocument/publishDiagnostics":
            found = [one for one in message["params"]["diagnostics"] if one.get("source") in ("rustc", "patscan")]
            file = message["params"]["uri"].split("/sample/")[-1]
            if found:
                shown[file] = found
                quiet_from = time.monotonic()
    client.process.kill()
    client.process.wait()
    return shown


def place(one):
    start, end = one["range"]["start"], one["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]


def expected():
    """Places of our findings in the editor's unit: lines from 0, UTF-16 code units."""
    with open(f"{os.environ['REPORTS']}/a.sarif", encoding="utf-8") as file:
        results = json.load(file)["runs"][0]["results"]
    places = {}
    for result in results:
        location = result["locations"][0]["physicalLocation"]
        region = location["region"]
        end_line = region.get("endLine", region["startLine"])
        at = (region["startLine"] - 1, region["startColumn"] - 1, end_line - 1, region["endColumn"] - 1)
        places.setdefault(location["artifactLocation"]["uri"], []).append((result["ruleId"], at))
    return places


def main():
    command, version = server()
    shown = diagnostics(command)
    ours = {
        file: sorted((one["code"], place(one)) for one in found if one["source"] == "patscan" and one["severity"] < 4)
        for file, found in shown.items()
    }
    ours = {file: places for file, places in ours.items() if places}
    wanted = {file: sorted(places) for file, places in expected().items()}
    rustc = [one["message"] for found in shown.values() for one in found if one["source"] == "rustc"]
    for name, places in (("shown", ours), ("wanted", wanted)):
        print(name, json.dumps(places, indent=1))
    print("rustc", rustc)
    print(f"{version}: {sum(map(len, ours.values()))} of patscan, {len(rustc)} of rustc")
    return 0 if ours == wanted and any("unused" in text for text in rustc) else 1


sys.exit(main())
