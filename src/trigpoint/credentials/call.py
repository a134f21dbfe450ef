"""The facts about a call by which its credential is judged."""

from typing import NamedTuple

from trigpoint.credentials.services import Service


class Call(NamedTuple):
    """The service that is called, from where, and when. A tuple, because every request makes one.

    `origin` is the `Origin` header, None if there is none; `at` is in seconds since the epoch; `address` is the IP address
    of the client, as the server sees it.
    """

    service: Service
    origin: str | None
    at: float
    address: str | None = None
