"""The desk of recent refusals: finding out by its request ID why a call was refused."""

import re
import threading
from collections import deque

from trigpoint.base.clock import to_ms
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials.call import Call
from trigpoint.credentials.refusal import RecentRefusal
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.verdict import RefusedError
from trigpoint.store.opening import Store

WAITING_AT_MOST = 500
"""Most refusals that a worker keeps between two writes; older ones are dropped, so that a flood uses no memory."""
TEXT_LIMIT = 400
"""Longest origin or detail that is stored, in characters."""
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class RecentRefusals:
    """Records refusals in memory, writes them to the database once a second, and finds them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[RecentRefusal] = deque(maxlen=WAITING_AT_MOST)
        self._flushing = threading.Lock()

    def note(self, request_id: str, call: Call, error: RefusedError) -> None:
        """Record a refusal, without any part of the credential."""
        self._waiting.append(
            RecentRefusal(
                request_id,
                to_ms(call.at),
                error.team_id,
                error.key_id,
                call.service.value,
                None if call.origin is None else call.origin[:TEXT_LIMIT],
                error.reason.code,
                error.detail[:TEXT_LIMIT],
            )
        )

    def flush(self) -> None:
        """Write the recorded refusals; if that fails, they are kept for the next time."""
        with self._flushing:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                self._store.refusals.add(batch)
            except BaseException:
                self._waiting.extendleft(reversed(batch))
                raise

    def find(self, actor: Actor, request_id: str) -> RecentRefusal:
        """Find a refusal of the last day; raise NotFoundError if there is none, or if it is of a team the actor may not see."""
        wanted = request_id.strip().lower()
        if _REQUEST_ID.fullmatch(wanted) is None:
            example = "6f1c1f0e-9f6c-4c39-9d2b-5f5c6e1b7a10"
            raise InvalidError("requestId", "a request ID (x-rid)", example=example, received=request_id)
        self.flush()
        with self._store.read() as reader:
            found = reader.refusal(wanted)
        if found is None or (found.team_id is not None and not actor.may(Permission.READ, found.team_id)):
            raise NotFoundError("No call with this request ID was refused within the last day.")
        return found
