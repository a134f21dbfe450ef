"""One call as the judge sees it."""

from typing import NamedTuple

from trigpoint.credentials.services import Service


class Call(NamedTuple):
    """What is called, from where, when. A tuple, because every request makes one.

    `origin` is the request's `Origin` header, None if there was none; `at` is in seconds since the epoch; `address`
    is the client's, as the server sees it.
    """

    service: Service
    origin: str | None
    at: float
    address: str | None = None
