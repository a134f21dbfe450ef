"""How a command reaches the desks: it opens the installation's own database, and acts as the operator."""

import getpass
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trigpoint.credentials.roles import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.authority.opening import Authority


@contextmanager
def open_desk() -> "Iterator[tuple[Authority, Actor]]":
    """Open the authority that the settings name, together with the actor that the audit trail will show."""
    from trigpoint.gate import desks
    from trigpoint.settings import read_settings

    with desks(read_settings()) as authority:
        yield authority, Actor.as_operator(user_name())


def user_name() -> str:
    """Name the user of the shell; some containers know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "shell"
