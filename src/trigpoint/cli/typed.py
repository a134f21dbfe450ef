"""Errors on the command line in one form: a parameter is named by the option or argument that was typed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trigpoint.base.errors import InvalidError

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "teamId": ("--team", "TEAM_ID"),
    "keyId": ("--key-id", "KEYID", "--key"),
    "mapsId": ("--maps-id", "MAPS_ID"),
    "apiTokenId": ("ID",),
    "expiresAt": ("--expires-at", "--revoke-at", "--at", "--expires-in", "--expires"),
    "expiresIn": ("--expires-in",),
    "--expires-in": ("--expires-in", "--lifetime"),
    "services": ("--service", "--scope"),
    "scopes": ("--scope",),
    "scope": ("--scope", "--service"),
    "origins": ("--origins", "--origin", "ORIGINS"),
    "events": ("--event",),
    "path": ("--private-key",),
    "base_url": ("--server",),
}
"""What a parameter of the desks is called in commands, besides its own name with hyphens."""


def name_as_typed(error: InvalidError, command: Any, arguments: Sequence[str]) -> InvalidError:
    """Give the error with the name of the option or argument, if the command that was typed has one for it.

    `command` is the command line as a whole, of the library that reads it.
    """
    typed = _names_of(_find_command(command, arguments))
    hyphens = "--" + re.sub(r"(?<!^)([A-Z])", r"-\1", error.name).lower()
    wanted = (*OTHER_NAMES.get(error.name, ()), hyphens, error.name.upper())
    name = next((one for one in wanted if one in typed), None)
    if name is None or name == error.name:
        return error
    example = "30d" if name in {"--expires-in", "--lifetime"} else error.example
    return InvalidError(name, error.rule, example=example, received=error.received, hint=error.hint)


RULES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "float_parsing": lambda _: "a number",
    "greater_than_equal": lambda limits: f"{limits['ge']} or more",
    "less_than_equal": lambda limits: f"{limits['le']} or less",
    "value_error": lambda reason: str(reason["error"]).rpartition(" is not ")[2].replace("'", "").rstrip("."),
}
"""The rule of a parameter, by the type of pydantic's error, from the members of its `ctx`."""


def read_value_error(error: Exception) -> InvalidError | None:
    """Make the error for a value that the command-line library refuses, in the form of all others; None for other errors."""
    parameter: Any = getattr(error, "param", None)
    problems: list[Mapping[str, Any]] = getattr(error.__cause__, "errors", list)()
    if parameter is None or len(problems) != 1 or problems[0]["type"] not in RULES:
        return None
    problem = problems[0]
    limits = problem.get("ctx", {})
    named = re.search(r"\[default: (\w+)\]", getattr(parameter, "help", None) or "")
    example = named[1] if named else parameter.default if parameter.default is not None else limits.get("ge", 10)
    is_option = parameter.param_type_name == "option"
    name = parameter.opts[0] if is_option else str(parameter.metavar or parameter.name.upper())
    rule = RULES[problem["type"]](limits)
    return InvalidError(name, rule, example=str(example), received=str(problem["input"]))


def _find_command(command: Any, arguments: Sequence[str]) -> Any:
    for word in arguments:
        below = getattr(command, "commands", {})
        if word in below:
            command = below[word]
        elif not word.startswith("-"):
            break
    return command


def _names_of(command: Any) -> set[str]:
    names: set[str] = set()
    for parameter in getattr(command, "params", ()):
        if parameter.param_type_name == "option":
            names.update(parameter.opts)
        else:
            names.add(str(parameter.metavar or parameter.name.upper()))
    return names
