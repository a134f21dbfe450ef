"""Everything that a git history ever contained, file by file, streamed from git with the memory of one file."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from trigpoint.base.errors import InvalidError, NotFoundError

PIECE = 64 * 1024
"""Bytes: a line may be longer, and is read in pieces."""
NAME = 12
"""Digits of a commit hash in messages."""
_COMMIT = b"\x00\x00trigpoint commit "
"""What git prints before each commit: no line of a patch begins like this."""
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_PATCH = (
    *("--all", "--reverse", "--no-color", "--no-show-signature", "--no-relative"),
    *("--no-ext-diff", "--no-textconv", "--text", "--src-prefix=a/", "--dst-prefix=b/"),
    "--format=%x00%x00trigpoint commit %H",
)
_SETTINGS = ("log.showRoot=true", "core.quotePath=false", "diff.suppressBlankEmpty=false", "diff.submodule=short")
"""The user's own settings must not hide anything."""
_STAY_HERE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}
"""Nothing is fetched, because the settings of a scanned repository could name a program to run for that."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a commit added to a file. `where` is as git names it, `3f2a91c:site/key.p8`; `is_cut` if it was longer."""

    where: str
    data: bytes
    is_cut: bool = False


def read_history(folder: Path, *, largest: int) -> Iterator[Part]:
    """Read what every commit on every branch added, the oldest first; then what only merges added.

    Of what a commit adds to one file, `largest` bytes at most are read. Raises `InvalidError` outside a repository.
    """
    yield from _read_commits(folder, largest)
    yield from _read_merges(folder, largest)


def _read_commits(folder: Path, largest: int) -> Iterator[Part]:
    """Read the patches, with the lines around a change, between which a key may have replaced another."""
    commit = path = ""
    old = new = 0  # lines of the hunk that are still to come
    held, is_held = _Held(largest), False
    with _running(folder, "log", *_PATCH, "--no-merges", "-p", "-U3") as git:
        for piece, begins in _pieces(_output(git)):
            if not begins:
                if is_held:
                    held.add(piece)
            elif piece[:1] != b"\\" and (old > 0 or new > 0):
                old -= piece[:1] != b"+"
                new -= piece[:1] != b"-"
                is_held = piece[:1] != b"-"
                if is_held:
                    held.add(piece[1:])
            else:
                is_held = False
                hunk = _HUNK.match(piece)
                if hunk is not None:
                    old, new = (1 if count is None else int(count) for count in hunk.groups())
                elif piece.startswith((_COMMIT, b"diff --git ")):
                    yield from held.take(commit, path)
                    path = ""
                    if piece.startswith(_COMMIT):
                        commit = _short(piece)
                elif piece.startswith(b"+++ "):
                    path = piece[4:].decode("utf-8", "replace").strip().strip('"').removeprefix("b/")
    yield from held.take(commit, path)


def _read_merges(folder: Path, largest: int) -> Iterator[Part]:
    """Read the files that a merge changed from each of its parents: no patch of git has all of them."""
    seen: set[bytes] = set()
    commit = ""
    with (
        _running(folder, "cat-file", "--batch") as blobs,
        _running(folder, "log", *_PATCH, "--merges", "-c", "--raw", "--no-abbrev") as git,
    ):
        for line in _output(git):
            if line.startswith(_COMMIT):
                commit = _short(line)
            if not line.startswith(b"::"):
                continue
            facts, _, path = line.partition(b"\t")
            blob = facts.split()[-2]  # modes and names of the parents' files, those of the merge's, what happened
            if blob in seen or not blob.strip(b"0"):
                continue
            seen.add(blob)
            held = _Held(largest)
            _read_blob(blobs, blob, held)
            yield from held.take(commit, path.decode("utf-8", "replace").strip().strip('"'))
        _input(blobs).close()


class _Held:
    """The buffered content of one file, up to a limit."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._data = bytearray()
        self._is_cut = False

    def add(self, piece: bytes) -> None:
        """Add a piece, or as much of it as fits."""
        room = self._largest - len(self._data)
        self._is_cut |= len(piece) > room
        self._data += piece[:room]

    def take(self, commit: str, path: str) -> Iterator[Part]:
        """Return the content, if there is any, and empty the buffer."""
        if self._data:
            yield Part(f"{commit}:{path}", bytes(self._data), self._is_cut)
        self._data.clear()
        self._is_cut = False


def _short(line: bytes) -> str:
    """Read the abbreviated hash of a commit."""
    return line.removeprefix(_COMMIT)[:NAME].decode("ascii")


def _read_blob(git: subprocess.Popen[bytes], blob: bytes, into: _Held) -> None:
    """Ask a `git cat-file --batch` for one file; None for anything else, such as a submodule."""
    _input(git).write(blob + b"\n")
    _input(git).flush()
    _, kind, *size = _output(git).readline().split()
    left = int(size[0]) + 1 if size else 0  # a line end follows
    while left > 0:
        piece = _output(git).read(min(left, PIECE))
        left -= len(piece)
        if kind == b"blob":
            into.add(piece)
        if not piece:
            return


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Read lines, long ones in pieces, each with whether it is the beginning of a line."""
    begins = True
    while piece := stream.readline(PIECE):
        yield piece, begins
        begins = piece.endswith(b"\n")


@contextmanager
def _running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run git in a folder; raise `InvalidError` with what it says, if it fails."""
    settings = [part for one in _SETTINGS for part in ("-c", one)]
    command = ["git", "-C", str(folder), *settings, *arguments]
    environment = os.environ | _STAY_HERE
    with TemporaryFile() as errors:
        try:
            git = subprocess.Popen(  # noqa: S603 (git, a path after -C)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
            )
        except FileNotFoundError:
            raise NotFoundError("git is not installed here, and --history needs it.") from None
        with git:
            try:
                yield git
                _output(git).read()  # whoever asked has read all that they want
                code = git.wait()
            finally:
                git.kill()
        if code != 0:
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").strip().splitlines() or ["git failed"]
            raise InvalidError("PATH", "in a git repository for --history", example=".", received=lines[-1])


def _output(git: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", git.stdout)


def _input(git: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", git.stdin)
