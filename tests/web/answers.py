"""The objects that the applications of a test's server share."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from trigpoint.web.answering import Answering

SHARED = frozenset(one.name for one in fields(Answering))


def with_answering(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments of an application: those that all share are put into one `Answering`."""
    shared = {name: value for name, value in options.items() if name in SHARED}
    return {name: value for name, value in options.items() if name not in SHARED} | {"answering": Answering(**shared)}
