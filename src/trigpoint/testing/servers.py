"""A real server in a separate process, for tests: starting it, creating keys in it, and stopping it."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from trigpoint.home import DataFolder
from trigpoint.testing.keys import MapsKey

PROGRAM = [sys.executable, "-c", "from trigpoint.cli import main; main()"]
START_S = 120.0
"""Timeout of a start, in seconds; on a busy machine a start takes long."""
STOP_S = 30.0
"""Seconds after which a server that does not stop is killed."""
_LISTENING = re.compile(r"Listening on\s+(http://\S+)")


@dataclass(slots=True)
class TrigpointServer:
    """A running server. `url` is its base URL, `log` the file with its output, `team_id` the team of its keys.

    `room` is the folder with its state; `api` calls its management API as the operator.
    """

    url: str
    team_id: str
    room: Path
    log: Path
    process: subprocess.Popen[bytes]
    api: httpx.Client = field(repr=False)
    _broken: tuple[subprocess.Popen[bytes], str] | None = field(default=None, init=False)

    def new_key(self) -> MapsKey:
        """Make a Maps ID and a private key for it."""
        name = secrets.token_hex(6)
        maps_id = f"maps.test.t{name}"
        self.change("POST", f"/teams/{self.team_id}/maps-ids", {"mapsId": maps_id, "description": "A test"})
        made = self.change("POST", f"/teams/{self.team_id}/keys", {"name": f"Test {name}", "mapsId": maps_id})
        return MapsKey(
            self, key_id=made["keyId"], team_id=self.team_id, maps_id=maps_id, private_key=made["privateKey"]
        )

    def change(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Call the management API as the operator, and give the JSON of the response; raise RuntimeError for an error."""
        response = self.api.request(method, f"/manage/v1{path}", json=body)
        if not response.is_success:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json()

    def without_engines(self) -> str:
        """Give the base URL of a server with the same keys, but with damaged map data: it responds to every search with 503.

        The first call starts that server.
        """
        if self._broken is None:
            data = self.room / "damaged-data"
            (DataFolder(data).places / "damaged").mkdir(parents=True, exist_ok=True)
            (DataFolder(data).places / "current").write_text("damaged")
            process, log = launch(self.room, name="without-engines", data=data)
            self._broken = process, wait_until_it_listens(process, log)
        return self._broken[1]

    def stop(self) -> None:
        """Stop the server, and the one without engines, and wait until they have stopped."""
        self.api.close()
        for process in (self.process, *(() if self._broken is None else (self._broken[0],))):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def check_installed() -> str | None:
    """Say what is missing to run a server on this machine; None if nothing is."""
    if find_spec("fcntl") is None:
        return "Trigpoint's server, and with it this fixture, runs on Linux and macOS; on Windows in WSL."
    if find_spec("litestar") is None or find_spec("uvicorn") is None:
        return "The fixtures of Trigpoint need its server. Install it with: pip install 'trigpoint[pytest]'"
    return None


def start_server(room: Path, *, data: Path | None) -> TrigpointServer:
    """Start a server whose state is below `room`, and create a team in it; raise RuntimeError with its output if it fails.

    `data` is the folder with map data, None for a server without any.
    """
    empty = room / "no-data"
    empty.mkdir(exist_ok=True)
    process, log = launch(room, name="server", data=data or empty)
    create = ["api-token", "create", "pytest", "--installation", "--expires-in", "7d", "--json"]
    try:
        output = run_command(create, home=room / "home", data=empty)  # while the server starts
        url = wait_until_it_listens(process, log)
        headers = {"authorization": f"Bearer {json.loads(output)['token']}"}
        api = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)  # a proxy would read the token
        server = TrigpointServer(url, "", room, log, process, api)
        server.team_id = server.change("POST", "/teams", {"name": "Tests"})["teamId"]
    except BaseException:  # also Ctrl-C: no server is left behind
        process.kill()
        process.wait()
        raise
    return server


def environment_for(home: Path, data: Path) -> dict[str, str]:
    """Give the environment variables of a server for tests: without the settings of the user's own installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    settings = {"HOME": str(home), "DATA": str(data), "GAZETTEER": "0", "DRAIN_SECONDS": "0"}
    return kept | {f"TRIGPOINT_{name}": value for name, value in settings.items()}


def run_command(arguments: list[str], *, home: Path, data: Path) -> str:
    """Run a command of `trigpoint`, and give its standard output; raise RuntimeError with its error output if it fails."""
    done = subprocess.run(  # noqa: S603 (our own program, with arguments of ours)
        [*PROGRAM, *arguments], env=environment_for(home, data), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"'trigpoint {' '.join(arguments)}' failed:\n{done.stderr}")
    return done.stdout


def launch(room: Path, *, name: str, data: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """Start a server on a free port, and give its process and the file with its output."""
    log = room / f"{name}.log"
    command = [*PROGRAM, "serve", "--port", "0", "--no-sample"]
    with log.open("wb") as file:
        environment = environment_for(room / "home", data)
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file)  # noqa: S603 (as above)
    return process, log


def wait_until_it_listens(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until a server responds, and give its base URL; raise RuntimeError with its output if it does not start."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        found = _LISTENING.search(log.read_text(encoding="utf-8"))
        if found is not None and _answers(found[1]):
            return found[1]
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8')}")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
