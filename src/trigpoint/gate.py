"""Opening the authority from the settings: all that a command about credentials needs, without engines or web."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from trigpoint.authority.opening import Authority, open_authority
from trigpoint.settings import Settings


def open_gate(settings: Settings) -> Authority:
    """Open the authority of this installation, and create the installation if it is new. Close it when done."""
    return open_authority(
        home=settings.home,
        database_url=settings.database_url,
        master_key=settings.master_key,
        clock=time.time,
        zone=ZoneInfo(settings.time_zone),
        webhook_networks=settings.webhook_networks,
        keys_in_memory=settings.keys_in_memory,
    )


@contextmanager
def desks(settings: Settings) -> Iterator[Authority]:
    """Open the authority for a command, which calls its desks directly, and close it at the end of the block."""
    authority = open_gate(settings)
    try:
        yield authority
    finally:
        authority.close()
