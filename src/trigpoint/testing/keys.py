"""A private key for tests: signing tokens with it, limiting it, and revoking it."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from trigpoint.client.signing import Signer

LIFETIME_S = 1800


class Changes(Protocol):
    """The part of a server that a key uses."""

    def change(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Call the management API, and give the JSON of the response."""


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
        """Sign an auth token. `expires_in` is in seconds; if it is negative, the token has expired already.

        `origin` is the claim, such as `https://example.com`; `scope` has services with blanks between them.
        """
        seconds = int(expires_in.total_seconds() if isinstance(expires_in, timedelta) else expires_in)
        if seconds > 0:
            return self.signer(origin=origin, scope=scope, lifetime_s=seconds).sign()
        issued_at = time.time() + seconds - LIFETIME_S
        return self.signer(origin=origin, scope=scope, lifetime_s=LIFETIME_S, clock=lambda: issued_at).sign()

    def signer(self, **options: Any) -> Signer:
        """Give a Signer for `MapsClient`; `options` are fields of Signer: `origin`, `scope`, `lifetime_s`, `clock`."""
        return Signer.from_text(self.private_key, key_id=self.key_id, team_id=self.team_id, **options)

    def write(self, folder: Path) -> Path:
        """Write the `.p8` file into a folder, as the portal's download does, and give its path."""
        path = folder / f"AuthKey_{self.key_id}.p8"
        path.touch(mode=0o600)
        path.write_text(self.private_key, encoding="ascii")
        return path

    def revoke(self) -> None:
        """Revoke the key: from now on, every call with its tokens fails with 401."""
        self.server.change("POST", f"/keys/{self.key_id}/revoke", {"reason": "no_longer_needed"})

    def limit(self, calls: int) -> None:
        """Limit the calls a day of the key: further calls fail with 429."""
        self.server.change("PUT", f"/teams/{self.team_id}/quotas/service_calls", {"limit": calls, "keyId": self.key_id})
