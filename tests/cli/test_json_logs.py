"""With JSON logs, every line that a server writes is JSON, and no set-up link is among them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

import forking
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
        process = forking.fork(["serve", "--port", "0", "--no-sample"], environment, file, file)
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
    refused = [line for line in lines if line["logger"] == "trigpoint.requests" and line["status"] == 401]
    assert {line["code"] for line in refused} == {"AUTHORIZATION_MISSING"}
    assert len({line["requestId"] for line in refused}) == len(refused)
    assert not any("/set-up/" in message for message in messages)
    assert any("person set-up-link" in message for message in messages)


def test_an_error_of_the_settings_is_json_too(tmp_path: Path) -> None:
    environment = os.environ | {
        "TRIGPOINT_HOME": str(tmp_path / "home"),
        "TRIGPOINT_LOG_FORMAT": "json",
        "TRIGPOINT_PORT": "many",
    }
    done = forking.run(["serve"], environment)
    assert done.returncode == 2
    (line,) = [json.loads(text) for text in done.stderr.splitlines()]
    assert (line["level"], "TRIGPOINT_PORT" in line["message"]) == ("error", True)
    assert trigpoint("team", "show", "x").err.startswith("Error: ")


NOT_CAUGHT = """
import logging.config, sys, threading, warnings
from trigpoint.web.log_lines import log_what_is_not_caught
from trigpoint.web.server import logging_config
logging.config.dictConfig(logging_config("json"))
log_what_is_not_caught()
warnings.warn("this is old", DeprecationWarning, stacklevel=1)
thread = threading.Thread(target=lambda: 1 / 0, name="t")
thread.start()
thread.join()
class Dying:
    def __del__(self): raise KeyError("gone")
Dying()
"""


def test_uncaught_exceptions_and_warnings_are_json_too() -> None:
    command = [sys.executable, "-W", "always", "-c", NOT_CAUGHT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(text) for text in done.stderr.splitlines()]
    warned, died, ignored = lines
    assert "this is old" in warned["message"]
    assert died["message"] == "The thread 't' has died."
    assert "ZeroDivisionError" in died["traceback"]
    assert "KeyError: 'gone'" in ignored["traceback"]


CANNOT_START = """
from trigpoint.web import server
from trigpoint.wiring.server import FACTORY
if __name__ == "__main__":
    server.serve(FACTORY, listener=server.listen("127.0.0.1", 0), workers=2, log_format="json")
"""


def test_a_worker_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(CANNOT_START)
    environment = os.environ | {"TRIGPOINT_HOME": str(tmp_path / "home"), "TRIGPOINT_PORT": "many"}
    with subprocess.Popen([sys.executable, program], env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        rest = [json.loads(text) for text in process.stderr.read().splitlines()]
    assert line["message"].startswith("This worker cannot start: Parameter 'TRIGPOINT_PORT' must be a port")
    assert all(one["message"] == line["message"] and "traceback" not in one for one in rest)


def test_a_server_that_is_terminated_during_start_up_ends_at_once(tmp_path: Path) -> None:
    """As process 1 of a container, which the system ends for no signal that it does not handle."""
    environment = os.environ | {"TRIGPOINT_HOME": str(tmp_path / "home"), "TRIGPOINT_GAZETTEER": "0"}
    command = [TRIGPOINT, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Sample region: ")
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in rest
    assert not list((tmp_path / "home" / "places").glob("*/"))
