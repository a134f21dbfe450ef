"""Spending: quotas are taken from the database in blocks, and spent from memory, call by call."""

import asyncio

from trigpoint.authority.memory import Memory
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.quota import DAY_S, Allowance, Meter, QuotaExceededError, block_size
from trigpoint.store.usage import Usage

Account = tuple[TeamId, Meter]


class Spending:
    """What this process may still admit for each team, and which keys were used since it last told the database."""

    def __init__(self, usage: Usage, memory: Memory) -> None:
        self._usage = usage
        self._memory = memory
        self._allowances: dict[Account, Allowance] = {}
        self._exhausted: dict[Account, tuple[int, int]] = {}
        self._taking: dict[Account, asyncio.Lock] = {}
        self._last_used: dict[KeyId, int] = {}

    def spend(self, team_id: TeamId, key_id: KeyId, meter: Meter, at: float) -> bool:
        """Spend one call from memory, and note the key's use; False if the block is used up."""
        self._last_used[key_id] = int(at * 1000)
        allowance = self._allowances.get((team_id, meter))
        return allowance is not None and allowance.spend(int(at // DAY_S))

    async def take_and_spend(self, team_id: TeamId, meter: Meter, at: float) -> None:
        """Take a new block and spend one call of it; raise `QuotaExceededError` if the day is used up."""
        account = (team_id, meter)
        day = int(at // DAY_S)
        async with self._taking.setdefault(account, asyncio.Lock()):
            allowance = self._allowances.get(account)
            if allowance is not None and allowance.spend(day):
                return  # somebody else took a block while this call waited
            limit = self._memory.limit(team_id, meter)
            if self._exhausted.get(account) == (day, limit):
                raise QuotaExceededError(meter, limit, at)
            block = block_size(limit)
            got = await asyncio.to_thread(self._usage.take, team_id, meter, day=day, block=block, limit=limit)
            if not got:
                self._exhausted[account] = (day, limit)
                raise QuotaExceededError(meter, limit, at)
            self._allowances[account] = Allowance(day, got - 1)

    def flush(self) -> None:
        """Tell the database which keys were used since the last time."""
        last_used, self._last_used = self._last_used, {}
        try:
            self._usage.note_uses(last_used)
        except UnavailableError:
            self._last_used = last_used | self._last_used
            raise
