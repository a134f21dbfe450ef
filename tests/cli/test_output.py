"""The rules of terminal output hold."""

import errno
import json
import os
from pathlib import Path

import pytest
import typer

from trigpoint.base.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    TrigpointError,
    UnavailableError,
)
from trigpoint.cli import output

COLUMNS = {"keyId": "Key ID", "state": "State"}


def test_json_is_one_value_on_standard_output_without_absent_members(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_one({"keyId": "ABC", "expiresAt": None, "more": [{"a": None, "b": 1}]}, as_json=True)
    told = capsys.readouterr()
    assert json.loads(told.out) == {"keyId": "ABC", "more": [{"b": 1}]}
    assert told.err == ""


def test_an_empty_list_is_an_empty_array_or_a_sentence_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_list([], as_json=True, columns=COLUMNS, empty="No keys yet.")
    assert capsys.readouterr().out == "[]\n"
    output.show_list([], as_json=False, columns=COLUMNS, empty="No keys yet.")
    assert capsys.readouterr() == ("", "No keys yet.\n")


def test_a_table_in_a_pipe_is_neither_wrapped_nor_coloured(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_list([{"keyId": "K" * 300, "state": "active"}], as_json=False, columns=COLUMNS, empty="")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [["Key", "ID", "State"], ["K" * 300, "active"]]


def test_control_characters_in_data_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_list([{"keyId": "\x1b[2J", "state": "a\nb"}], as_json=False, columns=COLUMNS, empty="")
    output.say("\x1b]0;title\x07 said")
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "a�b" in told.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TrigpointError("x"), 1),
        (ForbiddenError("x"), 1),
        (InvalidError("x", "y", example="z"), 2),
        (NotFoundError("x"), 3),
        (FileNotFoundError(2, "No such file", "a.p8"), 3),
        (ConflictError("x"), 4),
        (UnavailableError("x"), 5),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert output.report(error) == code


def test_an_error_is_one_sentence_and_its_hint_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    error = NotFoundError("There is no key 'ABC'.")
    error.hint = "List them with `trigpoint key list`."  # type: ignore[attr-defined]
    output.report(error)
    assert capsys.readouterr() == ("", "Error: There is no key 'ABC'.\nHint: List them with `trigpoint key list`.\n")


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_with_a_hint_to_free_space(reason: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert output.report(OSError(reason, os.strerror(reason), "AuthKey_ABC.p8")) == 1
    assert capsys.readouterr().err == (
        f"Error: {os.strerror(reason)}: AuthKey_ABC.p8\nHint: Free some space on that disk, and repeat the command.\n"
    )


def test_a_path_of_somebody_else_is_told_with_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "places" / "new"))
    output.report(error)
    assert capsys.readouterr().err.count("\n") == 1  # it is ours: nobody else could do it
    monkeypatch.setattr(os, "geteuid", lambda: 65_000)
    output.report(error)
    assert f"Hint: {tmp_path} belongs to " in capsys.readouterr().err.replace("\n", " ")


def test_a_folder_in_place_of_a_file_is_told_with_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    output.report(IsADirectoryError(errno.EISDIR, "Is a directory", "."))
    assert capsys.readouterr().err == "Error: Is a directory: .\nHint: Give the path of a file.\n"


def test_without_a_terminal_a_confirmation_needs_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(InvalidError, match="--yes"):
        output.confirm("Revoke it?", yes=False)
    output.confirm("Revoke it?", yes=True)


def test_a_declined_confirmation_ends_with_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: False)
    with pytest.raises(typer.Exit) as ended:
        output.confirm("Revoke it?", yes=False)
    assert ended.value.exit_code == output.ExitCode.REFUSED


def test_progress_without_a_terminal_is_one_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("Import", total=10) as tell:
        tell(1, step="reading")
        tell(2, step="reading")
        tell(9, step="writing")
    assert capsys.readouterr() == ("", "Import: reading…\nImport: writing…\n")


def test_a_long_step_gets_a_line_with_its_share_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LINE_EVERY_S", 0.0)
    with output.progress("Import", total=10) as tell:
        tell(1, step="reading")
        tell(2, step="reading")
    assert capsys.readouterr() == ("", "Import: reading…\nImport: reading, 20%…\n")
