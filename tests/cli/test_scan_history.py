"""`trigpoint scan --history` scans everything that a git repository ever contained, with the memory of one file."""

import subprocess
import tracemalloc
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import trigpoint
from trigpoint.cli import scan
from trigpoint.cli.git_history import read_history
from trigpoint.credentials.api_token import encode_token
from trigpoint.credentials.keypair import generate


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def git(folder: Path, *arguments: str) -> str:
    names = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *names, "-C", folder, *arguments], check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(folder: Path, **files: bytes | None) -> str:
    """Write files (None removes one), commit them all, and return the abbreviated commit hash."""
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        path.unlink() if data is None else path.write_bytes(data)
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", "change")
    return git(folder, "rev-parse", "--short=12", "HEAD")


def a_pem() -> bytes:
    return generate().pem()


def a_der() -> bytes:
    """A key as bytes, with a line end among them: git takes files apart there."""
    while True:
        der = b64decode(b"".join(a_pem().splitlines()[1:-1]))
        if b"\n" in der:
            return der


FORMS = pytest.mark.parametrize("a_key", [a_pem, a_der], ids=["PEM", "DER"])


def places(folder: Path) -> list[str]:
    """Where a scan of the history finds private keys that the folder does not have any more."""
    assert trigpoint("scan", folder).code == 0
    told = trigpoint("scan", folder, "--history", "--json")
    assert told.code == (1 if told.json else 0)
    assert {row["what"] for row in told.json} <= {"private key"}
    return [row["where"] for row in told.json]


@FORMS
def test_a_key_that_was_deleted_is_found_with_its_commit_and_file(folder: Path, a_key: Callable[[], bytes]) -> None:
    added = commit(folder, key__p8=a_key())
    commit(folder, key__p8=None)
    assert places(folder) == [f"commit {added}:key.p8"]


@FORMS
def test_a_key_that_replaced_another_is_found_as_well(folder: Path, a_key: Callable[[], bytes]) -> None:
    made = [commit(folder, key__p8=a_key()) for _ in range(3)]
    commit(folder, key__p8=None)
    assert places(folder) == [f"commit {one}:key.p8" for one in made]


def test_a_key_is_reported_with_the_commit_that_added_it(folder: Path) -> None:
    pem = a_pem()
    first = commit(folder, settings=b"name=one\n" + pem)
    commit(folder, settings=b"name=two\n" + pem)
    commit(folder, other=pem)
    commit(folder, settings=None, other=None)
    assert places(folder) == [f"commit {first}:settings"]


def test_a_key_on_a_branch_that_was_never_merged_is_found(folder: Path) -> None:
    commit(folder, page=b"one\n")
    git(folder, "checkout", "-q", "-b", "aside")
    added = commit(folder, key=a_pem())
    git(folder, "checkout", "-q", "main")
    assert places(folder) == [f"commit {added}:key"]


@FORMS
@pytest.mark.parametrize("branches", [2, 3])
def test_a_key_that_only_a_merge_added_is_found(folder: Path, a_key: Callable[[], bytes], branches: int) -> None:
    names = [f"branch{number}" for number in range(branches)]
    for name in names:
        git(folder, "checkout", "-q", "--orphan", name)
        commit(folder, file=name.encode())
    parents = [part for name in names for part in ("-p", name)]
    (folder / "file").write_bytes(b"several lines\nbefore\n" + a_key() + b"\nand one after\n")
    (folder / "new file").write_bytes(a_key())
    git(folder, "add", "--all")
    merge = git(folder, "commit-tree", *parents, "-m", "merge", git(folder, "write-tree"))
    git(folder, "reset", "-q", "--hard", merge)
    git(folder, "rm", "-q", "new file")
    commit(folder, file=b"clean")
    short = git(folder, "rev-parse", "--short=12", merge)
    assert places(folder) == [f"commit {short}:file", f"commit {short}:new file"]


def test_a_merged_key_is_reported_with_the_commit_that_added_it(folder: Path) -> None:
    commit(folder, page=b"one\n")
    git(folder, "checkout", "-q", "-b", "aside")
    added = commit(folder, key=a_pem())
    git(folder, "checkout", "-q", "main")
    commit(folder, page=b"two\n")
    git(folder, "merge", "-q", "--no-edit", "aside")
    commit(folder, key=None)
    assert places(folder) == [f"commit {added}:key"]


@pytest.mark.parametrize("start", [b"++ ", b"+++ b/", b"-- ", b"@@ -1 +1 @@ ", b"diff --git ", b"\\ No newline ", b"\0\0trigpoint commit "])  # fmt: skip
def test_lines_that_look_like_gits_own_are_read(folder: Path, start: bytes) -> None:
    token = encode_token(bytes(range(24))).encode()
    added = commit(folder, page=b"one\n" + start + token + b"\n" + start + b"\n")
    commit(folder, page=b"one\n")
    (row,) = trigpoint("scan", folder, "--history", "--json").json
    assert (row["what"], row["where"]) == ("API token", f"commit {added}:page")


def test_settings_of_the_repository_hide_nothing(folder: Path) -> None:
    for name, value in {
        "log.showRoot": "false",
        "log.showSignature": "true",
        "log.diffMerges": "off",
        "log.follow": "true",
        "color.ui": "always",
        "diff.noPrefix": "true",
        "diff.relative": "true",
        "diff.external": "true",
        "diff.interHunkContext": "9",
        "diff.suppressBlankEmpty": "true",
        "diff.context": "0",
    }.items():
        git(folder, "config", name, value)
    (folder / ".gitattributes").write_text("*.p8 binary\n*.pem diff=nothing\n")
    git(folder, "config", "diff.nothing.textconv", "true")
    added = commit(folder, a__p8=a_pem(), b__pem=b"\n\n" + a_pem(), **{"with space": a_pem(), "ä": a_der()})
    commit(folder, a__p8=None, b__pem=None, **{"with space": None, "ä": None})
    (folder / "below").mkdir()
    names = ["a.p8", "b.pem", "with space", "ä"]
    assert places(folder) == [f"commit {added}:{name}" for name in names]
    assert places(folder / "below") == [f"commit {added}:{name}" for name in names]


def test_a_key_in_utf_16_is_found(folder: Path) -> None:
    added = commit(folder, key=a_pem().decode().encode("utf-16"))
    commit(folder, key=None)
    assert places(folder) == [f"commit {added}:key"]


def test_a_key_on_a_line_that_is_longer_than_a_piece_is_found(folder: Path) -> None:
    minified = b"x" * 65_400 + b"'" + a_pem().replace(b"\n", b"\\n") + b"'" + b"y" * 200_000
    added = commit(folder, app__js=minified)
    commit(folder, app__js=None)
    assert places(folder) == [f"commit {added}:app.js"]


def test_a_file_that_is_too_large_is_read_in_part_and_that_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "LARGEST", 1_000_000)
    lines = b"-" * 999 + b"\n"
    early = commit(folder, large=a_pem() + lines * 1_001, small=lines * 999 + a_pem())
    commit(folder, late=lines * 1_001 + a_pem())
    commit(folder, large=None, small=None, late=None)
    told = trigpoint("scan", folder, "--history", "--json")
    assert [row["where"] for row in told.json] == [f"commit {early}:large", f"commit {early}:small"]
    assert f"commit {early}:large adds more than 1 MB, of which the first were read." in told.err
    assert f"{early}:small" not in told.err


def test_a_long_history_is_read_in_the_memory_of_one_file(folder: Path) -> None:
    size, commits = 500_000, 16
    for number in range(commits):
        commit(folder, page=b"%d " % number * (size // len(b"%d " % number)))
    tracemalloc.start()
    try:
        read = sum(len(part.data) for part in read_history(folder, largest=scan.LARGEST))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read > commits * size * 0.9
    assert peak < 4 * size


def test_a_repository_without_commits_has_no_findings(folder: Path) -> None:
    assert places(folder) == []


def test_no_program_that_the_repository_names_is_run(folder: Path, tmp_path: Path) -> None:
    commit(folder, page=b"one\n" * 10)
    blob = git(folder, "rev-parse", "HEAD:page")
    commit(folder, page=b"two\n" * 10)
    mark = tmp_path / "a program was run"
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": ".",
        "remote.origin.uploadpack": f"touch '{mark}'; git-upload-pack",
        "core.fsmonitor": f"touch '{mark}'",
        "core.sshCommand": f"touch '{mark}'",
        "core.pager": f"touch '{mark}'",
        "core.askPass": f"touch '{mark}'",
        "diff.external": f"touch '{mark}'",
        "gpg.program": f"touch '{mark}'",
        "log.showSignature": "true",
        "credential.helper": f"!touch '{mark}'",
    }.items():
        git(folder, "config", name, value)
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    told = trigpoint("scan", folder, "--history")
    assert not mark.exists()
    assert told.code == 2  # it is reported that the history was not read to its end
