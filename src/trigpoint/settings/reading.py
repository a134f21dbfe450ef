"""Reading the settings: options of a command override the environment, which overrides `trigpoint.toml`."""

import difflib
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from trigpoint.base.errors import InvalidError
from trigpoint.home import Home
from trigpoint.secret_files import SUFFIX, read_secret_file
from trigpoint.settings.installation import PREFIX, Settings
from trigpoint.settings.rows import ROWS, SECRETS, Row

SERVICE_LINK = re.compile(r"SERVICE_(HOST|PORT).*|PORT_\d+_.*")
"""Kubernetes sets these, and `TRIGPOINT_PORT=tcp://…`, in every pod beside a Service that is named `trigpoint`."""
NO_SETTINGS = ("API_TOKEN",)
"""Variables that are no settings, but are used in examples: `TRIGPOINT_API_TOKEN` for a caller of the management API."""


def read_settings(environ: Mapping[str, str] | None = None, **changes: object) -> Settings:
    """Read the settings. `changes` are options of a command, by the name of their setting; None is an option not given.

    Options override the environment, which overrides the file, which overrides the defaults. Raises InvalidError, which
    names the variable, option or line of the file.
    """
    environment = os.environ if environ is None else environ
    home = read_home(environment)
    values = read_texts(read_file(Home(home).settings_file) | read_environment(environment))
    given = {name: value for name, value in changes.items() if value is not None}
    unknown = given.keys() - {item.name for item in fields(Settings)}
    if unknown:
        raise TypeError(f"no such settings: {sorted(unknown)}")
    options = read_texts({name: (f"--{name.replace('_', '-')}", str(value)) for name, value in given.items()})
    return replace(Settings(home), **(values | given | options))  # type: ignore[arg-type]  # each row reads its own field's type


def read_home(environment: Mapping[str, str]) -> Path:
    """Read the absolute path of the data folder; it need not exist."""
    text = environment.get(PREFIX + "HOME") or default_home(environment)
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:  # ~ of a user who does not exist
        rule = "a path whose user (~name) exists"
        raise InvalidError(PREFIX + "HOME", rule, example="/var/lib/trigpoint", received=text) from None


def read_environment(environment: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Read the settings of the environment, and the secrets in files that it names: name → (label for errors, text)."""
    texts = {
        row.name: (PREFIX + row.name.upper(), environment[PREFIX + row.name.upper()])
        for row in ROWS
        if environment.get(PREFIX + row.name.upper()) and not _is_service_link(row.name, environment)
    }
    for name in SECRETS:
        variable = PREFIX + name.upper()
        found = read_secret_file(variable, environment, is_private=name == "master_key")
        if found is not None:
            texts[name] = (variable + SUFFIX, found)
    return texts


def read_texts(texts: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    """Parse each text, name → (label for errors, text), by the row of its setting."""
    return {
        row.name: read_value(row, texts[row.name][1], label=texts[row.name][0]) for row in ROWS if row.name in texts
    }


def warn_of_unknown(environ: Mapping[str, str] | None = None) -> list[str]:
    """Warn about variables that begin with `TRIGPOINT_` and are no settings: one sentence each, with the nearest name."""
    known = ["HOME", *(row.name.upper() for row in ROWS), *(name.upper() + SUFFIX for name in SECRETS)]
    sentences = []
    for name in sorted(os.environ if environ is None else environ):
        rest = name.removeprefix(PREFIX)
        if rest != name and rest not in {*known, *NO_SETTINGS} and not SERVICE_LINK.fullmatch(rest):
            near = difflib.get_close_matches(rest, known, n=1)
            meant = f"; did you mean {PREFIX}{near[0]}?" if near else "."
            sentences.append(f"The environment has {name}, which is no setting{meant}")
    return sentences


def read_file(path: Path) -> dict[str, tuple[str, str]]:
    """Read the file: name → (label for errors, text). A file that does not exist has no settings."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        received = str(path.parent)
        raise InvalidError(PREFIX + "HOME", "a folder", example="/var/lib/trigpoint", received=received) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidError(str(path), "TOML", example="port = 8060", received=str(error)) from error
    names = [row.name for row in ROWS]
    texts: dict[str, tuple[str, str]] = {}
    for name, value in found.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1) or ["port"]
            raise InvalidError(f"{path.name}", "made of known settings", example=near[0], received=name)
        if not isinstance(value, (str, int, float)):
            received = "a value not shown" if name in SECRETS else repr(value)
            raise InvalidError(f"{path.name}: {name}", "text, a number or a boolean", example="8060", received=received)
        texts[name] = (f"{path.name}: {name}", str(value).lower() if isinstance(value, bool) else str(value))
    return texts


def read_value(row: Row, text: str, *, label: str) -> object:
    """Parse one text by its row; an InvalidError names `label`, the place that the text came from."""
    try:
        return row.read(text.strip())
    except (ValueError, RuntimeError):  # RuntimeError: a path with ~ for a user without a home
        received = None if row.name in SECRETS else text
        displayed = "a value not shown" if received is None and text else received or ""
        raise InvalidError(label, row.rule, example=row.example, received=displayed) from None


def _is_service_link(name: str, environment: Mapping[str, str]) -> bool:
    return name == "port" and environment[PREFIX + "PORT"].startswith("tcp://")


def default_home(environment: Mapping[str, str]) -> str:
    """Give the default data folder of the user on this platform (XDG Base Directory on Linux)."""
    try:
        user = environment.get("HOME") or str(Path.home())
    except RuntimeError:
        rule = "set, because this user has no home folder (no HOME, and no entry in the list of users)"
        raise InvalidError(PREFIX + "HOME", rule, example="/var/lib/trigpoint") from None
    if sys.platform == "darwin":
        return f"{user}/Library/Application Support/Trigpoint"
    if sys.platform == "win32":
        return environment.get("LOCALAPPDATA", user) + "\\Trigpoint"
    return (environment.get("XDG_DATA_HOME") or f"{user}/.local/share") + "/trigpoint"
