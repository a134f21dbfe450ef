"""The facts about a call by which its credential is judged."""

import msgspec

from trigpoint.credentials.services import Service


class Call(msgspec.Struct, frozen=True, gc=False):
    """The service that is called, from where, and when. A struct of msgspec, because every request makes one.

    `origin` is the `Origin` header, None if there is none; `at` is in seconds since the epoch; `address` is the IP address
    of the client, as the server sees it.
    """

    service: Service
    origin: str | None
    at: float
    address: str | None = None
