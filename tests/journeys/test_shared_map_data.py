"""Map data in a separate folder: a server can use a read-only mount that belongs to another user."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import forking
from served import TRIGPOINT
from small_map import a_town

STRANGER = 54_321
"""A user without an entry in the list of users."""
MOUNTED = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def can_mount() -> bool:
    tools = all(shutil.which(tool) for tool in ("unshare", "mount", "setpriv"))
    return tools and subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="needs root, and unshare, mount and setpriv (util-linux)")


@contextmanager
def a_stranger_serves(data: Path, room: Path, **settings: str) -> Iterator[str]:
    """Serve from data that cannot be written, as a user without a name, HOME or rights; give the URL.

    The one right that is kept is to read: this interpreter may lie in the home of root.
    """
    room.mkdir()
    os.chown(room, STRANGER, STRANGER)
    log = room.parent / f"{room.name}.log"
    user = ["--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups", "--no-new-privs"]
    rights = [f"--{kind}-caps=-all,+dac_read_search" for kind in ("inh", "ambient")]
    command = [
        *("unshare", "-m", "sh", "-c", MOUNTED, "sh", str(data)),
        *("setpriv", *user, *rights, "--bounding-set=-all,+dac_read_search"),
        *(str(TRIGPOINT), "serve", "--port", "0"),
    ]
    environment = {"TRIGPOINT_HOME": str(room), "TRIGPOINT_DATA": str(data), "TRIGPOINT_GAZETTEER": "0", **settings}
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment | {"PATH": os.environ["PATH"]}, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 120
        while not (found := re.search(r"Listening on\s+(http://\S+)", log.read_text())) or not is_alive(found[1]):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def run(*command: str, **settings: str) -> str:
    """Run a command of `trigpoint`, and return its output."""
    done = forking.run(command, os.environ | settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_alive(url: str) -> bool:
    try:
        return httpx.get(url + "/healthz", timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def all_below(folder: Path) -> dict[str, tuple[int, int]]:
    found = {path.relative_to(folder).as_posix(): path.lstat() for path in [folder, *folder.rglob("*")]}
    return {name: (status.st_mtime_ns, status.st_size) for name, status in found.items()}


def parts_of(url: str) -> Any:
    return httpx.get(url + "/readyz", timeout=30).json()["parts"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's places, routes and tiles, in a folder of their own that everybody may read."""
    folder = tmp_path_factory.mktemp("apart")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    data = folder / "data"
    environment = {"TRIGPOINT_HOME": str(folder / "builder"), "TRIGPOINT_DATA": str(data)}
    for command in (("places", "import"), ("routes", "build"), ("tiles", "build")):
        run(*command, "--sample", **environment)
    return data


@needs_mounts
def test_a_server_answers_from_data_that_is_mounted_read_only_and_of_another_user(data: Path) -> None:
    before = all_below(data)
    with a_stranger_serves(data, data.parent / "stranger", TRIGPOINT_READY="places,routes,tiles") as url:
        parts = parts_of(url)
        assert {name: parts[name]["ready"] for name in ("places", "routes", "tiles")} == dict.fromkeys(
            ("places", "routes", "tiles"), True
        )
        assert "Helsinki" in parts["places"]["note"]
    assert all_below(data) == before


@needs_mounts
def test_servers_that_share_data_follow_what_another_machine_puts_there(data: Path) -> None:
    folder = data.parent
    town = a_town().write(folder / "town.osm")
    other = {"TRIGPOINT_HOME": str(folder / "other"), "TRIGPOINT_GAZETTEER": "0"}
    here = {"TRIGPOINT_HOME": str(folder / "builder"), "TRIGPOINT_DATA": str(data)}
    bundle = folder / "town.zip"
    with (
        a_stranger_serves(data, folder / "first") as first,
        a_stranger_serves(data, folder / "second", TRIGPOINT_READY="routes") as second,
    ):
        for environment, command in (
            (other, ("places", "import", str(town))),
            (other, ("data", "pack", str(bundle))),
            (here, ("data", "fetch", str(bundle))),
        ):
            run(*command, **environment)
        fetched = time.monotonic()
        while not all("town.osm" in parts_of(url)["places"]["note"] for url in (first, second)):
            assert time.monotonic() - fetched < 30  # it takes a quarter of a second, where the machine is not busy
        kept = [path.name for path in (data / "places").iterdir() if path.is_dir()]
        assert len(kept) == 2  # servers that still read the previous one can continue


def test_a_bundle_of_all_parts_serves_elsewhere(data: Path) -> None:
    folder = data.parent
    bundle, there = folder / "all.zip", folder / "there"
    here = {"TRIGPOINT_HOME": str(folder / "builder"), "TRIGPOINT_GAZETTEER": "0"}

    def told(*command: str, of: Path) -> Any:
        return json.loads(run(*command, "--json", **here, TRIGPOINT_DATA=str(of)))

    packed = told("data", "pack", str(bundle), of=data)
    assert packed["parts"] == ["places", "routes", "tiles"]
    assert told("data", "fetch", str(bundle), of=there)["changed"] == packed["parts"]
    for part in packed["parts"]:
        built, fetched = (told(part, "status", of=folder) for folder in (data, there))
        assert fetched.pop("folder").startswith(str(there))
        assert {name: value for name, value in built.items() if name != "folder"} == fetched
    assert told("data", "fetch", str(bundle), of=there)["changed"] == []
