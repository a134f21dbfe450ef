"""Revocations, and nothing else, may use the disk space that is reserved."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trigpoint.authority.opening import open_authority
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.store.reserve import Reserve


def test_revocations_and_nothing_else_may_use_the_reserved_disk_space(
    home: Path, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[str] = []
    step = ""

    @contextmanager
    def note(_reserve: Reserve) -> Iterator[None]:
        lent.append(step)
        yield

    monkeypatch.setattr(Reserve, "lent", note)
    authority = open_authority(home=home)
    lent.clear()  # opening the database may use it, too
    team = authority.teams.create(operator, "My Company").team_id
    maps_id = authority.maps_ids.register(operator, team_id=team, identifier="maps.com.x", description="x").identifier
    key = authority.keys.create(operator, team_id=team, name="Website", maps_id=maps_id)
    token = authority.maps_tokens.create(operator, team_id=team, service=Service.EMBED_API, origins=None)
    api_token = authority.api_tokens.create(operator, team_id=team, name="Deployment", role=Role.ADMIN)
    assert lent == []
    step = "API token"
    authority.api_tokens.revoke(operator, api_token.record.token_id)
    step = "Maps token"
    authority.maps_tokens.revoke(operator, token.record.token_id)
    step = "key"
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    assert lent == ["API token", "Maps token", "key"]
    authority.close()
