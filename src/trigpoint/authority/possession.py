"""Proof of possession: a public key is only registered with a signature by its private half, which stays with its owner."""

import hashlib
import hmac
import secrets

from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.keypair import PublicKey, has_proof

LIFETIME_S = 600
_PREFIX = "trigpoint-proof"


class Possession:
    """Makes challenges, and checks the signatures over them. Challenges are not stored: each contains a MAC."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def challenge(self, team_id: TeamId, at: float) -> str:
        """Make a challenge for a team, valid for ten minutes. `at` is in seconds since the epoch."""
        body = f"{_PREFIX}.{team_id}.{int(at) + LIFETIME_S}.{secrets.token_hex(16)}"
        return f"{body}.{self._code(body)}"

    def check(self, public_key: PublicKey, challenge: str, proof: bytes, *, team_id: str, at: float) -> None:
        """Raise `InvalidError` unless the challenge is from this server, for the team and valid, and the proof signs it."""
        rule, example = "the text that was given as the challenge, unchanged", "trigpoint-proof.K5GNLXS2QT.…"
        body, _, code = challenge.rpartition(".")
        if not body.isascii() or not hmac.compare_digest(self._code(body), code.encode("ascii", "replace").decode()):
            raise InvalidError("challenge", rule, example=example, received=challenge)
        _, team, until, _ = body.split(".")
        if team != team_id:
            raise InvalidError("challenge", f"one that was given for the team {team_id}", example=example)
        if at >= int(until):
            raise InvalidError("challenge", "no older than ten minutes", example="a new one", received=challenge)
        if not has_proof(public_key, challenge, proof):
            rule = "an ECDSA P-256 SHA-256 signature over the challenge by the private half of this public key"
            raise InvalidError(
                "proof", rule, example="64 raw bytes or DER", received=f"{len(proof)} bytes that do not verify"
            )

    def _code(self, body: str) -> str:
        return hmac.digest(self._secret, body.encode("utf-8", "replace"), hashlib.sha256).hex()
