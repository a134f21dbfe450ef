"""A private key of a server of tests: it signs, is limited, and is revoked."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from trigpoint.client.signing import Signer

LIFETIME_S = 1800


class Changes(Protocol):
    """What a key needs of its server."""

    def change(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Call the management API."""


@dataclass(frozen=True, slots=True)
class MapsKey:
    """A key, with the text of its `.p8` file as `private_key`."""

    server: Changes = field(repr=False)
    key_id: str
    team_id: str
    maps_id: str
    private_key: str = field(repr=False)

    def token(
        self, *, origin: str | None = None, scope: str | None = None, expires_in: float | timedelta = LIFETIME_S
    ) -> str:
        """Sign an auth token. `expires_in`, in seconds, may be negative: the token has expired.

        `origin` is the claim, such as `https://example.com`; `scope` has services with blanks between them.
        """
        seconds = int(expires_in.total_seconds() if isinstance(expires_in, timedelta) else expires_in)
        if seconds > 0:
            return self.signer(origin=origin, scope=scope, lifetime_s=seconds).sign()
        issued_at = time.time() + seconds - LIFETIME_S
        return self.signer(origin=origin, scope=scope, lifetime_s=LIFETIME_S, clock=lambda: issued_at).sign()

    def signer(self, **options: Any) -> Signer:
        """Give a signer for `MapsClient`; the options are its fields: `origin`, `scope`, `lifetime_s`."""
        return Signer.from_text(self.private_key, key_id=self.key_id, team_id=self.team_id, **options)

    def write(self, folder: Path) -> Path:
        """Write the file that the portal would have let you download, and give its path."""
        path = folder / f"AuthKey_{self.key_id}.p8"
        path.touch(mode=0o600)
        path.write_text(self.private_key, encoding="ascii")
        return path

    def revoke(self) -> None:
        """Revoke the key: every call with its tokens is 401 from now on."""
        self.server.change("POST", f"/keys/{self.key_id}/revoke", {"reason": "no_longer_needed"})

    def limit(self, calls: int) -> None:
        """Let the key make so many calls a day: each one more is 429."""
        self.server.change("PUT", f"/teams/{self.team_id}/quotas/service_calls", {"limit": calls, "keyId": self.key_id})
