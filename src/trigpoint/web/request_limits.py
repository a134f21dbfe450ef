"""The limits of requests and connections: their values, and the sentence about each."""

from dataclasses import dataclass

from trigpoint.web.flow import MOST_WAITING
from trigpoint.web.heads import NO_HTTP


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits: bytes and seconds of one request, connections of one worker."""

    target_bytes: int = 8 * 1024
    header_bytes: int = 32 * 1024
    body_bytes: int = 64 * 1024
    header_seconds: float = 10.0
    max_connections: int = 1000
    unread_seconds: float = 20.0

    def explain(self, status: int) -> str:
        """Give the sentence about the limit that a status stands for."""
        return {
            408: f"A request must arrive completely within {self.header_seconds:g} seconds.",
            413: f"A request body may have at most {self.body_bytes:,} bytes.",
            414: f"The request target may have at most {self.target_bytes:,} bytes.",
            431: f"The header fields may have at most {self.header_bytes:,} bytes in total.",
            503: f"Read the responses first: at most {MOST_WAITING} requests of a connection may wait for a response.",
        }.get(status, NO_HTTP)
