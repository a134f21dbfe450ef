"""Opening the authority: the database, the master key, the caches, and the desks."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from trigpoint.authority.admission import Admission
from trigpoint.authority.alarms import Alarms
from trigpoint.authority.api_tokens import ApiTokens
from trigpoint.authority.audit import Audit
from trigpoint.authority.background import Background, Work
from trigpoint.authority.backups import Backups
from trigpoint.authority.data_keys import DataKeys
from trigpoint.authority.delivering import Deliverer
from trigpoint.authority.diagnosis import Diagnosis, diagnosis_of
from trigpoint.authority.founding import find_check, found_installation
from trigpoint.authority.gone_back import GoneBack
from trigpoint.authority.grants import Grant, IssuedAccessToken
from trigpoint.authority.key_memory import MOST_KEYS
from trigpoint.authority.keys import Keys
from trigpoint.authority.leaks import Leaks
from trigpoint.authority.map_access import MapAccess
from trigpoint.authority.maps_ids import MapsIds
from trigpoint.authority.maps_tokens import MapsTokens
from trigpoint.authority.master_key import find_master_key
from trigpoint.authority.memory import Memory
from trigpoint.authority.outside import Outside
from trigpoint.authority.people.accounts import People
from trigpoint.authority.people.members import Members
from trigpoint.authority.people.passkeys import Passkeys
from trigpoint.authority.people.sessions import Sessions
from trigpoint.authority.private_halves import PrivateHalves
from trigpoint.authority.quotas import Quotas
from trigpoint.authority.refusals import RecentRefusals
from trigpoint.authority.rotation import Rotation
from trigpoint.authority.signing_secrets import SigningSecrets
from trigpoint.authority.snapshot_access import SnapshotAccess
from trigpoint.authority.spending import Spending
from trigpoint.authority.tally import Tally
from trigpoint.authority.teams import Teams
from trigpoint.authority.usage import UsageDesk
from trigpoint.authority.vault import Vault
from trigpoint.authority.webhooks import Webhooks
from trigpoint.base.clock import HOUR_S, Clock, now_ms
from trigpoint.base.errors import UnavailableError
from trigpoint.base.networks import read_networks
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError
from trigpoint.store.opening import Store, open_store

FLUSH_EVERY_S = 1.0
DELIVER_EVERY_S = 1.0
MINUTELY_S = 60.0
HOURLY_S = 3600.0
_LOG = logging.getLogger("trigpoint.authority")


@dataclass(slots=True)
class Authority:
    """Everything about credentials: desks that show and change them, and the admission of calls (`admit`, `exchange`)."""

    teams: Teams
    maps_ids: MapsIds
    keys: Keys
    api_tokens: ApiTokens
    maps_tokens: MapsTokens
    quotas: Quotas
    usage: UsageDesk
    rotation: Rotation
    leaks: Leaks
    audit: Audit
    backups: Backups
    webhooks: Webhooks
    deliverer: Deliverer
    people: People
    members: Members
    sessions: Sessions
    passkeys: Passkeys
    refusals: RecentRefusals
    signing_secrets: SigningSecrets
    _store: Store
    _vault: Vault
    _halves: PrivateHalves
    _memory: Memory
    _spending: Spending
    _tally: Tally
    _admission: Admission
    map_access: MapAccess
    snapshot_access: SnapshotAccess
    clock: Clock
    background: Background = field(default_factory=Background, init=False)
    recall: Callable[[str, Call], Grant | None] = field(init=False)
    """Admits a call by the cached verdict on its token; None if there is none, or no quota in memory: call `admit`."""
    settle: Callable[[Grant, int], None] = field(init=False)
    """Counts an admitted call with the status of its response."""

    def __post_init__(self) -> None:
        """Take over the two methods that every admitted call goes through: another call around each would take time."""
        self.recall, self.settle = self._admission.recall, self._tally.settle

    def admit(self, credential: str | None, call: Call) -> Awaitable[Grant]:
        """Admit a call with an access token; raise `RefusedError` (401) or `QuotaExceededError` (429)."""
        return self._admission.admit(credential, call)

    def exchange(self, credential: str | None, call: Call) -> Awaitable[IssuedAccessToken]:
        """Exchange an auth token for an access token; raise `RefusedError` (401) or `QuotaExceededError` (429)."""
        return self._admission.exchange(credential, call)

    def count_unread(self, call: Call, error: RefusedError) -> None:
        """Count the refusal of a call without a readable token; it belongs to no team."""
        self._tally.count_refusal(None, call, error.reason.code)

    def diagnose(self, credential: str | None, call: Call, *, actor: Actor | None = None) -> Diagnosis:
        """Give the findings of all checks of a token; nothing is admitted, spent or cached.

        With `actor`, a key of a team that they may not see counts as unknown.
        """
        self._memory.refresh()
        return diagnosis_of(*self._admission.judge_either(credential, call, actor=actor))

    def find_opened(
        self, token: str, services: Iterable[Service], *, origin: str | None, actor: Actor
    ) -> tuple[Diagnosis, list[Service]]:
        """Give a diagnosis of a token, and the services for which it is accepted now.

        The diagnosis is for the first such service, or, if there is none, for the first of `services`.
        """
        at = self.clock()
        self._memory.refresh()
        found = {
            service: diagnosis_of(*self._admission.judge_either(token, Call(service, origin, at), actor=actor))
            for service in services
        }
        opened = [service for service, diagnosis in found.items() if diagnosis.verdict.failure is None]
        return found[opened[0] if opened else next(iter(found))], opened

    def ledger_position(self) -> int:
        """Give the sequence up to which this process has read the ledger."""
        return self._memory.sequence

    def ledger_gone_back(self) -> Sequence[GoneBack]:
        """Give the times at which this process found that the ledger had lost entries, the latest last."""
        return self._memory.gone_back

    def count_keys(self) -> dict[str, int]:
        """Give the counters of key lookups in this process: hits, misses, evictions, unknown, questions (queries)."""
        return self._memory.keys.count()

    def keys_remembered(self) -> int:
        """Give the number of keys that this process has cached."""
        return len(self._memory.keys)

    def follows_ledger(self) -> bool:
        """Tell whether this process still follows the changes of other processes."""
        return self._store.watch.is_alive()

    async def catch_up(self) -> None:
        """Read the new entries of the ledger; raise UnavailableError if the database does not respond."""
        await self._admission.lookups.catch_up()

    async def start(self) -> None:
        """Start the background tasks: counters, for example, are written once a second."""
        await asyncio.to_thread(self._memory.refresh)
        with contextlib.suppress(OSError):  # if the disk is full, the background task reports it
            await asyncio.to_thread(self._store.keep_reserve)
        self._memory.is_behind()  # on PostgreSQL this starts to follow the ledger, also while there are no calls
        self.background.start(
            [
                Work("counters", FLUSH_EVERY_S, self._write_counters),
                Work("refusals", FLUSH_EVERY_S, lambda: asyncio.to_thread(self.refusals.flush)),
                Work("quota", FLUSH_EVERY_S, self._give_back),
                Work("webhooks", DELIVER_EVERY_S, lambda: asyncio.to_thread(self.deliverer.tick)),
                Work("disk space", MINUTELY_S, lambda: asyncio.to_thread(self._store.keep_reserve)),
                Work("private halves", MINUTELY_S, lambda: asyncio.to_thread(self._halves.sweep)),
                Work("signing secrets", MINUTELY_S, lambda: asyncio.to_thread(self.signing_secrets.keep_fresh)),
                Work("old usage", HOURLY_S, lambda: asyncio.to_thread(self._forget_old_usage)),
                Work("what ends soon", HOURLY_S, lambda: asyncio.to_thread(self.rotation.warn)),
            ]
        )

    async def stop(self) -> None:
        """Stop the background tasks, and write what is left. What cannot be written is lost; the rest is written anyway."""
        await self.background.stop()
        for work in (lambda: asyncio.to_thread(self.deliverer.stop), *self._last_works()):
            try:
                await work()
            except UnavailableError as error:
                _LOG.warning("Not everything could be written when the worker stopped: %s", error)
            except Exception:  # noqa: BLE001 (the rest must be written anyway)
                _LOG.exception("Not everything could be written when the worker stopped.")

    def _last_works(self) -> list[Callable[[], Awaitable[object]]]:
        return [self._write_counters, lambda: asyncio.to_thread(self.refusals.flush), self._spending.stop]

    def close(self) -> None:
        """Close the database."""
        self._spending.close()
        self._store.close()

    async def _write_counters(self) -> None:
        batch = self._tally.take()  # in the thread of the event loop, which counts calls
        await asyncio.to_thread(self._tally.write, batch)

    async def _give_back(self) -> None:
        self._spending.surrender()
        await asyncio.to_thread(self._spending.give_back)

    def _forget_old_usage(self) -> None:
        self._store.usage.forget_old(hour=int(self.clock() // HOUR_S))


def open_authority(
    *,
    home: Path,
    database_url: str | None = None,
    master_key: str | None = None,
    clock: Clock = time.time,
    zone: tzinfo = UTC,
    webhook_networks: str | None = None,
    keys_in_memory: int = MOST_KEYS,
) -> Authority:
    """Open the authority of an installation; a new installation is created.

    `home` is the data folder; `database_url` is that of PostgreSQL, None for SQLite in `home`; `master_key` is Base64, None
    for `master.key` in `home`; `zone` is the time zone of dates that people choose; `webhook_networks` are private networks
    that webhooks may call, in CIDR notation; `keys_in_memory` is the size of the cache of keys. Raises UnavailableError if
    the database or the master key cannot be used.
    """
    outside = Outside(read_networks(webhook_networks))
    store = open_store(database_url, home=home)
    try:
        vault = Vault(find_master_key(home, given=master_key, check=find_check(store)))
        halves = PrivateHalves(store, vault, DataKeys(home), clock)
        memory = Memory(store, vault, shred=halves.shred, most_keys=keys_in_memory, clock=clock)
        store.watch.answer_with(halves.hand_over)
        signing_secrets = SigningSecrets(store, vault, clock)
        found_installation(store, vault, at=now_ms(clock))
        signing_secrets.keep_fresh()
        memory.refresh()
        halves.sweep()
    except BaseException:
        store.close()
        raise
    core = _Core(store, vault, halves, memory, signing_secrets)
    return _open_desks(core, clock=clock, zone=zone, outside=outside)


@dataclass(frozen=True, slots=True)
class _Core:
    """What the desks are made from."""

    store: Store
    vault: Vault
    halves: PrivateHalves
    memory: Memory
    signing_secrets: SigningSecrets


def _open_desks(core: _Core, *, clock: Clock, zone: tzinfo, outside: Outside) -> Authority:
    store, vault, halves, memory = core.store, core.vault, core.halves, core.memory
    spending = Spending(store.usage, Alarms(store, clock))
    tally = Tally(store.usage)
    admission = Admission(memory, spending, tally, inline=store.is_local)
    keys, usage = Keys(store, vault, halves, clock), UsageDesk(store, clock)
    map_access = MapAccess(memory, spending, tally, admission)
    snapshot_access = SnapshotAccess(memory, spending, tally, admission)
    memory.also_forget += [admission.forget, map_access.forget, snapshot_access.forget, spending.forget]
    return Authority(
        teams=Teams(store, clock),
        maps_ids=MapsIds(store, clock),
        keys=keys,
        api_tokens=ApiTokens(store, clock),
        maps_tokens=MapsTokens(store, vault, clock, zone),
        quotas=Quotas(store, clock),
        usage=usage,
        rotation=Rotation(store, keys, usage, clock),
        leaks=Leaks(store, clock),
        audit=Audit(store),
        backups=Backups(store, vault, clock),
        webhooks=Webhooks(store, vault, clock, outside),
        deliverer=Deliverer(store, vault, clock, outside),
        people=People(store, clock),
        members=Members(store, clock),
        sessions=Sessions(store, vault, clock),
        passkeys=Passkeys(store, clock),
        refusals=RecentRefusals(store),
        signing_secrets=core.signing_secrets,
        _store=store,
        _vault=vault,
        _halves=halves,
        _memory=memory,
        _spending=spending,
        _tally=tally,
        _admission=admission,
        map_access=map_access,
        snapshot_access=snapshot_access,
        clock=clock,
    )
