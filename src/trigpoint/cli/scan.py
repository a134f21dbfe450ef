"""`trigpoint scan`: find private keys, Maps tokens and API tokens in a folder, a built page or a git history."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.base.errors import NotFoundError, TrigpointError
from trigpoint.base.secrecy import hide_secrets
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.git_history import read_history
from trigpoint.credentials.leak_patterns import Secret, find_secrets
from trigpoint.home import Home

if TYPE_CHECKING:
    from trigpoint.authority.leaks import Owner

app = typer.Typer()
LARGEST = 50_000_000
"""Bytes: larger files are not read, and get a warning."""
SAMPLE = 200
"""Bytes of a file by which its encoding is told."""
SKIPPED_FOLDERS = frozenset({".git", ".hg", ".svn"})
COLUMNS = {"where": "Where", "what": "What", "severity": "Severity", "whose": "Owner"}


@dataclass(frozen=True, slots=True)
class Found:
    """One credential and where it is."""

    where: str
    secret: Secret


@app.command("scan", epilog="Example: trigpoint scan . --history")
def scan(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file or a folder; - reads standard input.")],
    history: Annotated[bool, typer.Option("--history", help="Also scan the whole git history of PATH.")] = False,
    lookup: Annotated[
        bool, typer.Option("--lookup/--no-lookup", help="Look up their owners in this installation.")
    ] = True,
    as_json: output.Json = False,
) -> None:
    """Find keys and tokens in files. Exit code 1 if one is a leak; a token restricted to origins may be in a page."""
    found = list(_find(path, history=history))
    owners = _look_up([one.secret for one in found]) if lookup and found else [None] * len(found)
    rows = [_members(one, owner) for one, owner in zip(found, owners, strict=True)]
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty="No credentials found.")
    if any(row["severity"] == "leak" for row in rows):
        raise typer.Exit(output.ExitCode.REFUSED)


def _members(found: Found, owner: "Owner | None") -> dict[str, object]:
    ends = found.secret.expires_at
    over = (ends is not None and ends <= time.time()) or (owner is not None and not owner.is_live)
    return {
        "where": hide_secrets(found.where),
        "what": found.secret.kind.value,
        "severity": "over" if over else "public" if found.secret.is_public else "leak",
        "keyId": found.secret.kid,
        "whose": None if owner is None else f"{owner.subject} {owner.name}".strip(),
        "teamId": None if owner is None else owner.team_id,
        "isLive": None if owner is None else owner.is_live,
    }


def _find(path: Path, *, history: bool) -> Iterator[Found]:
    if str(path) == "-":
        yield from (Found(f"standard input:{one.line}", one) for one in find_secrets(_read_standard_input()))
        return
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}.")
    files = [path] if path.is_file() else sorted(_files_below(path))
    for file in files:
        try:
            if file.stat().st_size > LARGEST:
                output.warn(f"{file} is larger than {LARGEST // 1_000_000} MB and was not read.")
                continue
            text = _to_text(file.read_bytes())
        except OSError as error:
            output.warn(f"{file} cannot be read: {error.strerror}.")
            continue
        yield from (Found(f"{file}:{one.line}", one) for one in find_secrets(text))
    if history:
        yield from _find_in_history(path if path.is_dir() else path.parent)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            if path.name not in SKIPPED_FOLDERS:
                yield from _files_below(path)
        elif path.is_file():
            yield path


def _to_text(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    if len(data) > SAMPLE:  # UTF-16 without a mark, as some programs write logs: every second byte is zero
        for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if data[start:SAMPLE:2].count(0) > SAMPLE * 0.4:
                return data.decode(encoding, errors="replace")
    return data.decode("latin-1")


def _read_standard_input() -> str:
    binary = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read() if binary is None else _to_text(binary.read())


def _find_in_history(folder: Path) -> Iterator[Found]:
    """Scan everything that was ever added, on every branch; report each credential once, where it was added first."""
    seen: set[str] = set()
    for part in read_history(folder, largest=LARGEST):
        if part.is_cut:
            output.warn(f"commit {part.where} adds more than {LARGEST // 1_000_000} MB, of which the first were read.")
        for secret in find_secrets(_to_text(part.data)):
            if secret.text not in seen:
                seen.add(secret.text)
                yield Found(f"commit {part.where}", secret)


def _look_up(secrets: list[Secret]) -> "list[Owner | None]":
    from trigpoint.settings import read_settings

    settings = read_settings()
    if settings.database_url is None and not Home(settings.home).database.exists():
        return [None] * len(secrets)
    try:
        with open_desk() as (authority, _):
            return [authority.leaks.identify(secret) for secret in secrets]
    except TrigpointError as error:
        output.warn(f"The owners could not be looked up: {error}")
        return [None] * len(secrets)
