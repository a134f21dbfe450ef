"""Downloading a key into a file: after a full disk or kill -9 the command can be repeated, and the key is not lost."""

import errno
import os
from pathlib import Path

import pytest

from commands import trigpoint
from forking import start_script
from trigpoint.authority import new_files
from trigpoint.credentials.keypair import read_private_key

IDENTIFIER = "maps.com.example.app"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "home"


@pytest.fixture
def key_id() -> str:
    team = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    trigpoint("maps-id", "register", IDENTIFIER, "--team", team, "--description", "My app")
    return str(trigpoint("key", "create", "My key", "--team", team, "--maps-id", IDENTIFIER, "--json").json["keyId"])


def state_of(key_id: str) -> str:
    return str(trigpoint("key", "show", key_id, "--json").json["privateHalf"])


def test_a_key_is_not_lost_when_the_disk_is_full(key_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(new_files.os, "write", _full)
        told = trigpoint("key", "download", key_id)
    assert told.code == 1
    assert f"No space left on device: AuthKey_{key_id}.p8\nHint: Free some space" in told.err
    assert state_of(key_id) == "waiting"
    assert list(Path().iterdir()) == []
    assert trigpoint("key", "download", key_id).out == f"AuthKey_{key_id}.p8\n"


def _full(_descriptor: int, _content: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_key_is_written_completely_by_partial_writes(key_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(new_files.os, "write", lambda descriptor, content: write(descriptor, content[:10]))
        assert trigpoint("key", "download", key_id).code == 0
    assert len(Path(f"AuthKey_{key_id}.p8").read_bytes()) == 257


KILLED = """
import os, sys
from trigpoint.authority import new_files
from trigpoint.cli import key_files
from trigpoint.cli.app import build

def kill(*_arguments):
    os.kill(os.getpid(), 9)

moment, key_id = sys.argv[1:]
if moment == "before the commit":
    write = key_files.ReservedFile.write
    key_files.ReservedFile.write = lambda file, pem: (write(file, pem), kill())
else:
    key_files.publish = kill
build()(["key", "download", key_id])
"""


@pytest.mark.parametrize(
    ("moment", "state"), [("before the commit", "waiting"), ("before the file has its name", "downloaded")]
)
def test_after_kill_9_the_command_can_be_repeated(key_id: str, moment: str, state: str) -> None:
    killed = start_script(KILLED, moment, key_id)
    killed.finish()
    assert killed.process.returncode == -9
    assert state_of(key_id) == state
    assert trigpoint("key", "download", key_id).out == f"AuthKey_{key_id}.p8\n"
    assert [file.name for file in Path().iterdir()] == [f"AuthKey_{key_id}.p8"]
    assert read_private_key(Path(f"AuthKey_{key_id}.p8").read_bytes())
    assert state_of(key_id) == "downloaded"
    assert "was downloaded already" in trigpoint("key", "download", key_id).err


@pytest.mark.parametrize("error", sorted(new_files.NO_HARD_LINKS))
def test_a_file_system_without_hard_links_is_enough(
    tmp_path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_names: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(new_files.os, "link", no_links)
    draft, path = tmp_path / "draft", tmp_path / "file"
    draft.write_bytes(b"whole")
    new_files.publish(draft, path)
    assert (path.read_bytes(), draft.exists()) == (b"whole", False)
    draft.write_bytes(b"another")
    with pytest.raises(FileExistsError):
        new_files.publish(draft, path)
    assert (path.read_bytes(), draft.read_bytes()) == (b"whole", b"another")
