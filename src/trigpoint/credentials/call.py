"""One call as the judge sees it."""

from dataclasses import dataclass

from trigpoint.credentials.services import Service


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, from where, when.

    `origin` is the request's `Origin` header, None if there was none; `at` is in seconds since the epoch.
    """

    service: Service
    origin: str | None
    at: float
