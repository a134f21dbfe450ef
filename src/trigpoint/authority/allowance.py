"""What one worker may still admit of one limit without asking the database."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from trigpoint.base.ids import TeamId
from trigpoint.credentials.quota import Account, block_size, end_of, window_of

UNTIL_NEXT_LOOK_S = 1.0
"""How long a limit that was found used up is taken for used up, without asking again."""
AFTER_FAILURE_S = 0.25
"""How long a worker that still holds calls leaves a database alone that did not answer."""


@dataclass(slots=True)
class Allowance:
    """A block of a limit, in the memory of one worker. Times are in seconds.

    Only the event loop's thread touches it. A thread that fetches more gives (window, calls) as its result; there is
    one at a time, and what is held and what is on its way are together never more than `block`.
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
        """Say how much is held at most, and below which rest more is fetched."""
        self.block = block_size(self.limit)
        self.low = self.block // 4 if self.block > 1 else -1

    @property
    def window(self) -> int:
        """Number the day or minute that the block belongs to."""
        return int(self.begins // self.account.period)

    def enter(self, at: float) -> None:
        """Turn to the day or minute that a time falls in; what is left of another one is worth nothing now."""
        if self.begins <= at < self.ends:
            return
        period = self.account.period
        self.begins = window_of(period, at) * float(period)
        self.ends = end_of(period, at)
        self.left = 0
        self.used_up = False
        self.next_fetch_at = float("-inf")

    def collect(self, now: float) -> None:
        """Take in what a finished fetch brought; `now` is of the monotonic clock."""
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
        """Give up what is left, for others; nothing while a fetch is under way."""
        self.collect(now)
        if self.fetch is not None:
            return 0
        left, self.left = self.left, 0
        return left
