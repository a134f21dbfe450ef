"""With JSON asked for, all that a server writes is JSON, line by line, and no link that opens something is among it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx

from commands import trigpoint
from served import TRIGPOINT


def test_every_line_of_a_server_is_json(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    environment = kept | {
        "TRIGPOINT_HOME": str(tmp_path / "home"),
        "TRIGPOINT_GAZETTEER": "0",
        "TRIGPOINT_LOG_FORMAT": "json",
        "TRIGPOINT_LOG_REQUESTS": "1",
        "TRIGPOINT_PROT": "1",
    }
    log = tmp_path / "log"
    with log.open("w") as file:
        command = [TRIGPOINT, "serve", "--port", "0", "--no-sample"]
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    url = ""
    deadline = time.monotonic() + 120
    while not url and time.monotonic() < deadline:
        time.sleep(0.05)
        messages = [
            json.loads(line)["message"] for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")
        ]
        url = next((words[2] for words in map(str.split, messages) if words[:2] == ["Listening", "on"]), "")
        if url:
            try:
                httpx.get(url + "/v1/geocode", timeout=10)
            except httpx.TransportError:
                url = ""
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(line.keys() >= {"at", "level", "logger", "message"} for line in lines)
    messages = [line["message"] for line in lines]
    assert "Stopped." in messages
    assert any(line["level"] == "warning" and "TRIGPOINT_PROT" in line["message"] for line in lines)
    assert any(line["logger"] == "trigpoint.requests" and line["status"] == 401 for line in lines)
    assert not any("/set-up/" in message for message in messages)
    assert any("person set-up-link" in message for message in messages)


def test_an_error_of_the_settings_is_json_too(tmp_path: Path) -> None:
    environment = os.environ | {
        "TRIGPOINT_HOME": str(tmp_path / "home"),
        "TRIGPOINT_LOG_FORMAT": "json",
        "TRIGPOINT_PORT": "many",
    }
    done = subprocess.run([TRIGPOINT, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = [json.loads(text) for text in done.stderr.splitlines()]
    assert (line["level"], "TRIGPOINT_PORT" in line["message"]) == ("error", True)
    assert trigpoint("team", "show", "x").err.startswith("Error: ")
