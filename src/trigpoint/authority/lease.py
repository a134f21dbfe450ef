"""Leases: the calls of one limit that a worker may admit without asking the database."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from trigpoint.base.ids import TeamId
from trigpoint.credentials.quota import Account, block_size, end_of, window_of

UNTIL_NEXT_LOOK_S = 1.0
"""Seconds for which a limit counts as used up, before the database is queried again."""
AFTER_FAILURE_S = 0.25
"""Seconds before the next fetch after one that failed, for a worker that still has calls."""


@dataclass(slots=True)
class Lease:
    """The lease of this worker on one limit. Times are in seconds. Only the thread of the event loop uses it.

    `left` calls may be spent from `begins` to `ends`. `fetch` is the running fetch of more calls: it returns (window,
    calls). Calls that are left and calls that are being fetched are together never more than `block`.
    """

    account: Account
    team_id: TeamId
    limit: int
    begins: float = 0.0
    ends: float = 0.0
    left: int = 0
    left_before: int = 0
    idle_ticks: int = 0
    next_fetch_at: float = float("-inf")
    used_up: bool = False
    fetch: Future[tuple[int, int]] | None = None
    block: int = field(init=False)
    low: int = field(init=False)

    def __post_init__(self) -> None:
        """Set how much is held at most, and at which rest more is fetched."""
        self.block = block_size(self.limit)
        self.low = self.block // 4 if self.block > 1 else -1

    @property
    def window(self) -> int:
        """The number of the day or minute that the lease is for."""
        return int(self.begins // self.account.period)

    def enter(self, at: float) -> None:
        """Change to the day or minute of a time; calls of another window are dropped."""
        if self.begins <= at < self.ends:
            return
        period = self.account.period
        self.begins = window_of(period, at) * float(period)
        self.ends = end_of(period, at)
        self.left = 0
        self.used_up = False
        self.next_fetch_at = float("-inf")

    def collect(self, now: float) -> None:
        """Add the calls of a finished fetch; `now` is of the monotonic clock."""
        fetch = self.fetch
        if fetch is None or not fetch.done():
            return
        self.fetch = None
        if fetch.exception() is not None:
            self.next_fetch_at = now + AFTER_FAILURE_S
            return
        window, calls = fetch.result()
        if window != self.window:
            return
        self.left += calls
        self.used_up = calls == 0
        self.next_fetch_at = now + UNTIL_NEXT_LOOK_S if self.used_up else now

    def surrender(self, now: float) -> int:
        """Give back what is left, so that other workers can use it; nothing while a fetch is under way."""
        self.collect(now)
        if self.fetch is not None:
            return 0
        left, self.left = self.left, 0
        return left
