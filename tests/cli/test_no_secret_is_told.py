"""Every option and argument of every command is given keys and tokens: none is printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from commands import trigpoint
from secrets_fed import FED, PEM, TOKEN, leaked
from trigpoint.cli.app import build

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation in which the commands find something."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIGPOINT_HOME", str(folder))
        patch.setenv("TRIGPOINT_PORT", "1")
        patch.setenv("COLUMNS", "300")
        patch.chdir(folder)
        trigpoint("team", "create", "Company", "--team", "K5GNLXS2QT")
        yield folder


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    command = command or typer.main.get_command(build())
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, one in (below or {}).items():
        yield from commands(one, (*path, name))


ALL = dict(commands())


def typed(parameter: Any, value: str) -> list[str]:
    if parameter.param_type_name == "argument":
        return [value]
    return [parameter.opts[0]] if parameter.is_flag else [parameter.opts[0], value]


def needed(command: Any, fed: Any) -> list[str]:
    """The required options and arguments of the command, besides the one that is tested."""
    return [
        word
        for parameter in command.params
        if parameter.required and parameter is not fed
        for word in typed(parameter, "1" if parameter.type_descriptor.annotation is int else "K5GNLXS2QT")
    ]


def takes_text(parameter: Any) -> bool:
    return parameter.param_type_name == "argument" or not parameter.is_flag


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_secret_in_the_wrong_option_is_not_printed(path: tuple[str, ...]) -> None:
    command = ALL[path]
    for parameter in filter(takes_text, command.params):
        for form in ("PEM", "Base64 of the file", "auth token", "API token", "password of a database"):
            told = trigpoint(*path, *needed(command, parameter), *typed(parameter, FED[form]))
            assert leaked(form, told.out + told.err) == [], (path, parameter.name, form)


@pytest.mark.parametrize("form", FED)
def test_a_secret_as_command_or_option_is_not_printed(form: str) -> None:
    for arguments in ([FED[form]], ["key", FED[form]], ["key", "list", "--" + FED[form]], ["serve", "-" + FED[form]]):
        told = trigpoint(*arguments)
        assert told.code == 2
        assert leaked(form, told.out + told.err) == []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PORT", "HOST", "MASTER_KEY", "DATABASE_URL", "TIME_ZONE", "URL", FED[form][:30]):
            if "\0" not in name and "=" not in name:
                patch.setenv(f"TRIGPOINT_{name}", FED[form])
                told = trigpoint("team", "list")
                assert leaked(form, told.out + told.err) == [], name
                patch.delenv(f"TRIGPOINT_{name}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "create", "--team", "K5GNLXS2QT", "--key-id", "2X9R4HXF34", "--private-key", PEM),
        ("token", "create", "--team", "K5GNLXS2QT", "--key-id", "2X9R4HXF34", "--private-key", TOKEN, "--json"),
        ("token", "inspect", "--private-key", PEM.replace("\n", "\\n"), TOKEN),
        ("token", "inspect", PEM),
        ("token", "exchange", PEM),
        ("key", "register", "A", "--team", "K5GNLXS2QT", "--maps-id", "maps.com.a", "--private-key", PEM),
        ("scan", PEM),
        ("restore", PEM),
        ("places", "import", PEM),
        ("routes", "build", PEM),
    ],
    ids=lambda words: " ".join(word for word in words[:2] if "\n" not in word),  # workers must agree on the names
)
def test_the_message_says_what_was_given_and_what_to_give(arguments: tuple[str, ...]) -> None:
    told = trigpoint(*arguments)
    assert told.code != 0
    assert "the text of a private key" in told.err or "a token" in told.err
    assert "- " in told.err
    assert "standard input" in told.err


def test_a_crash_is_reported_without_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.cli.desk.user_name", lambda: (_ for _ in ()).throw(RuntimeError(f"bad: {PEM}")))
    told = trigpoint("team", "list")
    assert told.code == 1
    assert "RuntimeError: bad: (the text of a private key, not shown)" in told.err
    assert leaked("PEM", told.err) == []


def test_a_scan_does_not_print_a_file_name_that_is_a_token(tmp_path: Path) -> None:
    (tmp_path / f"{FED['API token']}.txt").write_text(PEM)
    told = trigpoint("scan", tmp_path, "--no-lookup")
    assert told.code == 1
    assert leaked("API token", told.out + told.err) == []


def test_a_private_key_is_registered_from_standard_input() -> None:
    trigpoint("maps-id", "register", "maps.com.a", "--team", "K5GNLXS2QT", "--description", "A")
    known = (
        "key",
        "register",
        "Mine",
        "--team",
        "K5GNLXS2QT",
        "--maps-id",
        "maps.com.a",
        "--private-key",
        "-",
        "--json",
    )
    assert trigpoint(*known, stdin=PEM).json["name"] == "Mine"
