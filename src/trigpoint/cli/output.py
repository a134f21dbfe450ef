"""The rules of terminal output, stated once.

1. Standard output is data: a table, one value, or with `--json` exactly one JSON object (an array for a list).
2. Standard error is talk: progress, notes, warnings, errors and their hints. Nobody needs to parse it.
3. An error is one sentence, then a hint on a line of its own if there is one; never a traceback for what we foresaw.
4. Exit codes: 0 done; 1 refused or failed; 2 usage or an invalid value; 3 not found; 4 conflict; 5 unavailable.
5. Colour and moving bars only on a terminal, never under NO_COLOR or TERM=dumb (Rich sees to both). Into a pipe
   tables are not wrapped or cut, so that `grep` and `awk` work.
6. What others wrote (names, descriptions) is printed without control characters: it cannot command the terminal.
7. No talk repeats a secret: a key or a token that was typed in the wrong place is named, and not shown.
"""

import contextlib
import json
import os
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from trigpoint.api.shape import Shape, members_of
from trigpoint.base.clock import to_iso
from trigpoint.base.errors import (
    FULL_DISK,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from trigpoint.base.secrecy import PRIVATE_KEY, RANDOM, TOKEN, hide_secrets, name_secret

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]

WIDE = 100_000
"""Width of an output that is not a terminal: no line is wrapped."""

LINE_EVERY_S = 60.0
"""How often a log gets a line about a step that goes on, in seconds."""


class ExitCode(IntEnum):
    """Exit codes."""

    OK = 0
    REFUSED = 1
    INVALID = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5


class Tell(Protocol):
    """Move a progress bar to `done`; `step` names what is being done now; `total` corrects the total."""

    def __call__(self, done: float, *, step: str | None = None, total: float | None = None) -> None: ...


def show_one(thing: Shape | Mapping[str, object], *, as_json: bool, labels: Mapping[str, str] | None = None) -> None:
    """Print one thing: its JSON members, or a list of label and value (only the members named in `labels`)."""
    members = to_members(thing)
    if as_json:
        show_json(members)
        return
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for member, label in (labels or {name: name for name in members}).items():
        if members.get(member) is not None:
            table.add_row(label, to_cell(members[member]))
    console().print(table)


def show_list(
    things: Sequence[Shape] | Sequence[Mapping[str, object]],
    *,
    as_json: bool,
    columns: Mapping[str, str],
    empty: str,
) -> None:
    """Print a list: a JSON array, or a table of `columns` (member to heading). `empty` is said for no rows."""
    rows = [to_members(thing) for thing in things]
    if as_json:
        show_json(rows)
        return
    if not rows:
        say(empty)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(to_cell(row.get(member)) for member in columns))
    console().print(table)


def to_members(thing: Shape | Mapping[str, object]) -> Mapping[str, object]:
    """Give the JSON members of a shape; members stay as they are."""
    return members_of(thing) if isinstance(thing, Shape) else thing


def show_finding(mark: str, check: str, *, detail: str, hint: str, style: str) -> None:
    """Print one finding of a judgement: its mark and its rule, then what was found and what to do."""
    out = console()
    out.print(f"{mark} {check}", style=style)
    if detail:
        out.print(f"    {printable(detail)}")
    if hint:
        out.print(f"    {hint}", style="dim")


def show_value(text: str) -> None:
    """Print one bare value (a path, a token), so that `$(trigpoint …)` holds it."""
    sys.stdout.write(text + "\n")


def show_json(value: object) -> None:
    """Print one JSON value: indented on a terminal, on one line into a pipe. Absent members are left out."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(without_none(value), ensure_ascii=False, indent=indent, allow_nan=False) + "\n")


_FORM = {"json lines": False}
"""The form of messages: `write_json_lines` changes it."""


def write_json_lines(*, wanted: bool) -> None:
    """Write all messages as log lines in JSON from now on, or for people again."""
    _FORM["json lines"] = wanted
    if wanted:
        warnings.showwarning = lambda message, category, *_more: say(f"{category.__name__}: {message}", level="warning")


def say(text: str, *, style: str | None = None, level: str = "info") -> None:
    """Print a message on standard error."""
    line = hide_secrets(printable(text, keep_lines=True))
    if _FORM["json lines"]:
        if line.strip():
            members = {"at": to_iso(time.time()), "level": level, "logger": "trigpoint.cli", "process": os.getpid()}
            sys.stderr.write(json.dumps(members | {"message": line.strip()}, ensure_ascii=False) + "\n")
            sys.stderr.flush()
        return
    console(stderr=True).print(line, style=style, markup=False, highlight=False)


def say_link(text: str, link: str) -> None:
    """Print a sentence and, on the next line, a link with a secret that is meant for the reader: it is shown whole."""
    say(text)
    console(stderr=True).print(f"  {printable(link)}", markup=False, highlight=False)


def warn(text: str) -> None:
    """Print a warning."""
    say(f"Warning: {text}", style="yellow", level="warning")


def report(error: BaseException, *, hint: str = "") -> ExitCode:
    """Print an expected error with a hint (without one: its own), and give its exit code."""
    text = describe(error)
    if isinstance(error, OSError) and error.strerror:
        found = name_secret(str(error.filename))
        hint = hint or ("" if found is not None else _hint_at_path(error))
        if found is not None:
            text = in_place_of_a_path(found)
    say(f"Error: {text}", style="red", level="error")
    hint = hint or str(getattr(error, "hint", None) or "")
    if hint and hint not in text:
        say(f"Hint: {hint}")
    return exit_code(error)


def describe(error: BaseException) -> str:
    """Give the message of an expected error; that of the system without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _hint_at_path(error: OSError) -> str:
    """Say what to do about a path that cannot be used."""
    if isinstance(error, IsADirectoryError):
        return "Give the path of a file."
    if error.errno in FULL_DISK:
        return "Free some space on that disk, and repeat the command."
    if isinstance(error, PermissionError) and error.filename:
        place = Path(os.fsdecode(error.filename)).absolute()
        for one in (place, *place.parents):
            with contextlib.suppress(OSError):
                return _hint_at_owner(one, one.stat().st_uid)
    return ""


def _hint_at_owner(path: Path, owner: int) -> str:
    try:
        from pwd import getpwuid

        name = f"'{getpwuid(owner).pw_name}'"
    except (ImportError, KeyError):  # Windows, or a user without a name
        name = f"the user with the ID {owner}"
    if owner == getattr(os, "geteuid", lambda: owner)():
        return ""
    return f"{path} belongs to {name}. Run the command as this user, or use a path that you may write to."


def in_place_of_a_path(found: str) -> str:
    """Say that a secret was given instead of a path, and what to type."""
    if found == RANDOM:
        return f"There is no such file; its name is not shown, because it looks like a secret ({found})."
    return (
        f"Here stands {found}, which is not shown, where the path of a file belongs. Give the path of its file, or - "
        "and the text on standard input."
    )


def tell_crash(trace: str) -> None:
    """Print the traceback of an unexpected error: whole, but without secrets."""
    if _FORM["json lines"]:
        say(trace, level="error")
    else:
        sys.stderr.write(hide_secrets(trace))


def report_usage(error: Exception, message: str) -> ExitCode:
    """Print a usage error of the command-line library, unless it would repeat a secret."""
    found = name_secret(message)
    line = in_place_of_a_path(found) if found in {PRIVATE_KEY, TOKEN} else message
    say(f"Error: {line}", style="red", level="error")
    context = getattr(error, "ctx", None)
    if context is not None:
        say(f"Hint: {context.command_path} --help")
    return ExitCode.INVALID


def exit_code(error: BaseException) -> ExitCode:
    """Give the exit code of a kind of error."""
    kinds: tuple[tuple[type[BaseException], ExitCode], ...] = (
        (InvalidError, ExitCode.INVALID),
        (NotFoundError, ExitCode.NOT_FOUND),
        (FileNotFoundError, ExitCode.NOT_FOUND),
        (ConflictError, ExitCode.CONFLICT),
        (FileExistsError, ExitCode.CONFLICT),
        (UnavailableError, ExitCode.UNAVAILABLE),
        (ForbiddenError, ExitCode.REFUSED),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), ExitCode.REFUSED)


def is_watched() -> bool:
    """Tell whether a person reads the messages: standard error is a terminal, not a log."""
    return sys.stderr.isatty() and not _FORM["json lines"]


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that cannot be undone; without a terminal and without `--yes`, refuse."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidError("--yes", "given when nobody can be asked", example="--yes")
    if not typer.confirm(question, err=True):
        say("Nothing was changed.")
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def progress(description: str, *, total: float | None = None, quiet: bool = False) -> Iterator[Tell]:
    """Show a bar with the time left on standard error; where no bar can move, a line for each step, and one a minute."""
    err = console(stderr=True)
    if quiet or not err.is_terminal or _FORM["json lines"]:
        yield _lines(description, total, quiet=quiet)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(description, total=total)

        def tell(done: float, *, step: str | None = None, total: float | None = None) -> None:
            label = None if step is None else f"{description}: {step}"
            bar.update(task, completed=done, description=label, total=total)

        yield tell


def _lines(description: str, whole: float | None, *, quiet: bool) -> Tell:
    said: list[str] = []
    last = time.monotonic()

    def tell(done: float, *, step: str | None = None, total: float | None = None) -> None:
        nonlocal last
        if step is None or quiet:
            return
        of = total or whole
        is_new, is_late = step not in said, time.monotonic() - last >= LINE_EVERY_S
        if is_new or (is_late and of):
            said.append(step)
            last = time.monotonic()
            say(f"{description}: {step}…" if is_new or not of else f"{description}: {step}, {done / of:.0%}…")

    return tell


def console(*, stderr: bool = False) -> "Console":
    """Make the console for one of the two streams."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, markup=False, highlight=False, soft_wrap=False)


def to_cell(value: object) -> str:
    """Write a member as a cell: lists with commas, yes and no, an empty cell for what is absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(to_cell(item) for item in value)
    return printable(str(value))


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Replace control characters, so that data cannot command the terminal."""
    return "".join(
        character if character.isprintable() or (keep_lines and character == "\n") else "�" for character in text
    )


def without_none(value: object) -> object:
    """Leave absent members out, at every depth."""
    if isinstance(value, Shape):
        return without_none(members_of(value))
    if isinstance(value, Mapping):
        return {name: without_none(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [without_none(item) for item in value]
    return value
