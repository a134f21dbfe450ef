"""`trigpoint serve`, where it cannot listen."""

import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import trigpoint


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short path: those of Unix sockets have at most 107 bytes. The handler of SIGTERM is put back."""
    before = signal.getsignal(signal.SIGTERM)
    with tempfile.TemporaryDirectory() as name:
        monkeypatch.setenv("TRIGPOINT_HOME", f"{name}/home")
        yield Path(name)
    signal.signal(signal.SIGTERM, before)


def test_a_file_that_is_no_socket_is_named_and_stays(folder: Path) -> None:
    path = folder / "socket"
    path.write_text("mine")
    told = trigpoint("serve", "--no-sample", "--uds", path)
    assert told.code == 4
    assert f"A Unix socket at {path} cannot be created: there is a file that is no socket; remove it first." in told.err
    assert path.read_text() == "mine"


def test_a_socket_with_a_listener_is_not_taken_over(folder: Path) -> None:
    path = folder / "socket"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        told = trigpoint("serve", "--no-sample", "--uds", path)
    assert (told.code, f"A Unix socket at {path} cannot be created: another program listens there." in told.err) == (
        4,
        True,
    )


def test_a_socket_in_a_folder_that_does_not_exist_is_refused(folder: Path) -> None:
    told = trigpoint("serve", "--no-sample", "--uds", folder / "nowhere" / "socket")
    assert (told.code, "cannot be created: No such file or directory." in told.err) == (4, True)


def test_a_database_that_is_away_is_reported_before_the_sample_is_imported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_DATABASE_URL", "postgresql://ada:s3cretOfAda@127.0.0.1:1/trigpoint")
    told = trigpoint("serve", "--port", "0")
    assert (told.code, "The database cannot be used: " in told.err) == (5, True)
    assert "s3cretOfAda" not in told.err
    assert not (folder / "home" / "places").exists()


def test_a_missing_master_key_is_reported_before_the_sample_is_imported(folder: Path) -> None:
    trigpoint("team", "create", "Company")
    (folder / "home" / "master.key").unlink()
    told = trigpoint("serve", "--port", "0")
    assert (told.code, "master.key is missing" in told.err) == (5, True)
    assert not (folder / "home" / "places").exists()
