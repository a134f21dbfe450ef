"""Run a command of `trigpoint` in this process, as the shell would see it."""

import functools
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

import typer.main

from trigpoint.cli.app import run

get_command_once = functools.cache(typer.main.get_command)
"""Makes the commands of a group for the first of them that runs: that takes longer than most of them do."""


@dataclass(frozen=True)
class Told:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def trigpoint(*arguments: object, stdin: str = "") -> Told:
    out, err = io.StringIO(), io.StringIO()
    argv = ["trigpoint", *map(str, arguments)]
    code: Any = 0
    with (
        mock.patch.object(typer.main, "get_command", get_command_once),
        mock.patch.object(sys, "argv", argv),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as ended:
            code = ended.code or 0
    return Told(int(code), out.getvalue(), err.getvalue())
