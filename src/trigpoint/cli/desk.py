"""How commands use the authority: they open the installation's database, and act as the operator."""

import getpass
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trigpoint.credentials.roles import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.authority.opening import Authority


@contextmanager
def open_desk() -> "Iterator[tuple[Authority, Actor]]":
    """Open the authority of the settings; also return the actor for the audit trail."""
    from trigpoint.gate import desks
    from trigpoint.settings import read_settings

    with desks(read_settings()) as authority:
        yield authority, Actor.as_operator(user_name())


def user_name() -> str:
    """Return the name of the shell's user; some containers have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "shell"
