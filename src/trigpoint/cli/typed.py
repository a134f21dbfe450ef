"""Errors of the authority on the command line: a parameter is named by the option or argument that was typed."""

import re
from collections.abc import Mapping, Sequence
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
