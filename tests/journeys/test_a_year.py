"""A year of a team's life in one go: create, use, near the quota, over it, the next day, rotate, leak, revoke, restore."""

import asyncio
import base64
import gzip
import logging
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from conftest import NOON, FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.restoring import restore_backup
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key, KeyState, RevocationReason
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import Dimension, Span
from trigpoint.credentials.verdict import RefusedError

DAY = 86_400
MAPS_ID = "maps.com.mycompany.shop"
LIMIT = 200


class Life:
    """The team's application: it signs, exchanges and calls, and counts the responses."""

    def __init__(self, authority: Authority, clock: FixedClock, key: Key, private: PrivateKey) -> None:
        self.authority = authority
        self.clock = clock
        self.key = key
        self.private = private
        self.count = 0
        self.given: list[str] = []

    def token(self) -> str:
        at = int(self.clock.now)
        key = self.key
        return auth_token.sign(
            self.private, key_id=key.key_id, team_id=key.team_id, issued_at=at, expires_at=at + 1800, scope="server_api"
        )

    def call(self, times: int, token: str | None = None) -> None:
        """Exchange a token and make calls; each of them, the exchange too, counts as one."""

        async def work() -> None:
            call = Call(Service.SERVER_API, "https://shop.example", self.clock.now, "192.0.2.7")
            auth = token or self.token()
            access = (await self.authority.exchange(auth, call)).token
            self.given += [auth, access]
            self.count += 1
            for _ in range(times - 1):
                self.authority.settle(await self.authority.admit(access, call), 200)
                self.count += 1

        asyncio.run(work())


def test_a_year(  # noqa: PLR0915 (a year is long)
    authority: Authority,
    operator: Actor,
    clock: FixedClock,
    home: Path,
    database_url: str | None,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    kinds: list[str] = []

    def happened() -> list[str]:
        """Name the events since the last question, the oldest first."""
        entries = list(authority.audit.events(operator, team_id=team, limit=1000))[::-1]
        new = [entry.kind for entry in entries[len(kinds) :]]
        kinds.extend(new)
        return new

    # January: create, and use.
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Shop")
    key = authority.keys.create(operator, team_id=team, name="Shop", maps_id=MAPS_ID)
    life = Life(authority, clock, key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem))
    authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=LIMIT)
    life.call(10)
    assert happened() == ["team.created", "maps_id.registered", "key.created", "key.downloaded", "quota.set"]

    # February: near the quota, over it, and the next day.
    clock.now = NOON + 30 * DAY
    life.call(LIMIT)
    with pytest.raises(QuotaExceededError, match="200 service calls a day are used up"):
        life.call(1)
    assert happened() == ["quota.alarm", "quota.alarm", "quota.used_up"]
    clock.now += DAY
    life.call(5)

    # March: a backup, which will be old by autumn.
    clock.now = NOON + 60 * DAY
    file = tmp_path / "march.backup"
    authority.backups.write(operator, file)
    happened()

    # June: rotate without an outage.
    clock.now = NOON + 150 * DAY
    new = authority.rotation.rotate(operator, key.key_id, revoke_at=int((clock.now + 10 * DAY) * 1000))
    assert authority.rotation.warn() == 1
    old = life
    life = Life(authority, clock, new, keypair.read_private_key(authority.keys.download(operator, new.key_id).pem))
    old.call(1)
    life.call(9)
    authority._tally.flush()
    shares = {one.key.key_id: one.share for one in authority.rotation.traffic(operator, key.key_id)}
    assert shares == {key.key_id: 10.0, new.key_id: 90.0}
    assert happened() == ["key.created", "key.expiry_set", "key.ends_soon", "key.downloaded"]
    clock.now += 10 * DAY
    with pytest.raises(RefusedError, match=f"The key {key.key_id} expired"):
        old.call(1)
    life.call(1)

    # August: a token is issued, leaks, and is suspended.
    clock.now = NOON + 210 * DAY
    issued = authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins=None)
    life.call(3, issued.text)
    authority.leaks.report(operator, f"token={issued.text}", where="a public repository")
    authority._memory.refresh()
    with pytest.raises(RefusedError, match="is suspended"):
        life.call(1, issued.text)
    authority.maps_tokens.revoke(operator, issued.record.token_id)
    happened()

    # October: the old key is found compromised and revoked; somebody restores the backup of March.
    clock.now = NOON + 280 * DAY
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    restored = restore_backup(operator, file, home=home, database_url=database_url, clock=clock)
    assert any(key.key_id in note and "stays revoked" in note for note in restored.notes)
    authority._memory.refresh()
    assert authority.keys.get(operator, key.key_id).state is KeyState.REVOKED
    assert authority.keys.get(operator, new.key_id).state is KeyState.ACTIVE
    life.call(2)

    # December: the count of the year is the application's own, and the ledger holds.
    clock.now = NOON + 340 * DAY
    authority._tally.flush()
    rows = authority.usage.calls(operator, team_id=team, by=(Dimension.STATUS,), per=Span.MONTH, since=NOON)
    assert sum(row.calls for row in rows if row.values["status"] == "200") == old.count + life.count
    assert {row.start: row.calls for row in rows if row.values["status"] == "429"} == {"2027-02": 1}
    assert {row.start for row in rows} == {"2027-01", "2027-02", "2027-06", "2027-08", "2027-10"}
    reasons = authority.usage.refusals(operator, team_id=team, since=NOON)
    assert {row.values["reason"]: row.calls for row in reasons} == {"KEY_EXPIRED": 1, "KEY_SUSPENDED": 1}
    assert authority.audit.verify().holds

    # And in all that the year has left behind there is no secret.
    last = tmp_path / "december.backup"
    authority.backups.write(operator, last)
    secrets = {*pems_of(old.private), *pems_of(life.private), *old.given, *life.given, issued.text}
    left = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    left |= {"log": caplog.text.encode(), "backup": unpacked(file), "last backup": unpacked(last)}
    if database_url is not None:
        left["dump"] = dump_of(database_url)
    for where, data in left.items():
        assert [secret for secret in secrets for form in forms_of(secret) if form in data] == [], where


def pems_of(key: PrivateKey) -> list[str]:
    """Write a private key as people and programs do: its file, its body, a line of it."""
    pem = key.pem().decode()
    return [pem, "".join(pem.splitlines()[1:-1]), pem.splitlines()[2]]


def forms_of(secret: str) -> list[bytes]:
    """Write a secret as it could lie somewhere: as it is, its first half (pages of a database), in Base64, hexadecimal."""
    plain = secret.encode()
    forms = [plain, plain[: len(plain) // 2], base64.b64encode(plain)[:-4], plain.hex().encode()]
    try:
        inner = base64.b64decode(secret, validate=True)
    except ValueError:
        return forms
    return [*forms, inner, inner.hex().encode()]


def unpacked(file: Path) -> bytes:
    data = file.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def dump_of(database_url: str) -> bytes:
    """Write every row of every table as PostgreSQL writes it."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert len(names) > 10
        rows = [
            row[0]
            for (name,) in names
            for row in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
        ]
    return "\n".join(rows).encode()
