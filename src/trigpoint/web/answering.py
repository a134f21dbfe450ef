"""What all parts of the server share: the clock, and how errors are explained, logged and counted."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

from trigpoint.base.clock import Clock
from trigpoint.credentials.call import Call
from trigpoint.credentials.verdict import RefusedError
from trigpoint.web.asgi import Message
from trigpoint.web.calls import base_of, log_problem, request_fields
from trigpoint.web.errors import Problem, to_problem
from trigpoint.web.floods import Refusals, TooManyRefusalsError
from trigpoint.web.log_lines import log_request
from trigpoint.web.metrics import Metrics
from trigpoint.web.proxies import is_from_this_machine

NoteRefusal = Callable[[str, Call, RefusedError], None]
"""Stores a refusal under its request ID, for the portal's page that explains it."""

STOPS = (asyncio.CancelledError, KeyboardInterrupt, SystemExit)


class ErrorResponse(NamedTuple):
    """The response to an error; with `explain`, its details say why.

    If an address was refused too often, `error` says that instead of the reason, and `is_explained` is False.
    """

    problem: Problem
    error: BaseException
    is_explained: bool
    explain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How responses are made. `public_url` is the URL for clients; if it is "", each request's Host header is used.

    With `explain`, the response to an error gives the reason; with `explain_here_only`, only to callers on this machine.
    `base_url` is the URL for links, if there is neither a `public_url` nor a Host header.
    """

    clock: Clock
    explain: bool
    base_url: str
    public_url: str = ""
    explain_here_only: bool = False
    log_requests: bool = False
    metrics: Metrics = field(default_factory=Metrics)
    refusals: Refusals = field(default_factory=Refusals)
    note_refusal: NoteRefusal | None = None
    count_unread: Callable[[Call, RefusedError], None] | None = None

    def respond(self, error: BaseException, scope: Message, request_id: bytes, *, base_url: str) -> ErrorResponse:
        """Turn an error into its response, and log the full reason. Errors that stop the server (STOPS) are raised again."""
        if isinstance(error, STOPS):
            raise error
        explain = self.explain and (not self.explain_here_only or is_from_this_machine(scope))
        is_explained = not isinstance(error, RefusedError) or self.refusals.may_tell(scope)
        given = error if is_explained else TooManyRefusalsError()
        problem = to_problem(given, explain=explain, base_url=base_url)
        if is_explained:
            log_problem(request_id, scope, problem, error)
        return ErrorResponse(problem, given, is_explained, explain)

    def keep(self, error: BaseException, call: Call, request_id: bytes, *, is_explained: bool) -> None:
        """Count a refusal that the authority has not counted, because no credential could be parsed.

        An explained refusal is stored under its request ID, so that the portal can explain it, too.
        """
        if not isinstance(error, RefusedError):
            return
        if not error.is_counted and self.count_unread is not None:
            self.count_unread(call, error)
        if is_explained and self.note_refusal is not None:
            self.note_refusal(request_id.decode(), call, error)

    def base_url_for(self, scope: Message) -> str:
        """Give the URL that the client used for this server, without a slash at its end."""
        return self.public_url or base_of(scope) or self.base_url

    def note(self, label: str, status: int, began: float, *, code: str, scope: Message, request_id: bytes) -> None:
        """Count a response under a label, with the time since `began` (`perf_counter`); log it if requests are logged."""
        if self.log_requests and not code:  # an error has its line already; never the query: it may hold a token
            log_request(logging.INFO, "%s %d %s %s", request_fields(request_id, scope, status))
        self.metrics.note(label, status, perf_counter() - began, code=code)
