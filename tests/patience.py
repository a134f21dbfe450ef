"""More patience than production has, so that a busy machine fails no test.

In production a call gets 503 if the database does not respond within a second, and a worker on PostgreSQL trusts its memory
for a second. A machine that does much else stalls a process for longer than that, and then a test fails that is about neither.
Tests of these times use the fixtures `production_patience` and `trusted_for_a_second`, or set the time that they are about.
Servers that are forked for tests have this patience too, but trust their memory for a second (`patient=False` for none of
it); those that start as their owners start them are as in production.
"""

from typing import TYPE_CHECKING

from trigpoint.authority import lookups, spending
from trigpoint.store import confirming, patience

if TYPE_CHECKING:
    import pytest

PATIENCE_S = 120
"""How long a test waits for what should take a moment, before it fails."""
LONG_S = 60
"""How long the program waits, and trusts its memory, in the process of the tests."""
PRODUCTION = {
    (lookups, "RECHECK_S"): lookups.RECHECK_S,
    (spending, "WAIT_S"): spending.WAIT_S,
    (confirming, "CONFIRMED_FOR_S"): confirming.CONFIRMED_FOR_S,
    (patience, "CONNECT_TIMEOUT_S"): patience.CONNECT_TIMEOUT_S,  # also for a connection of the pool
    (patience, "SILENCE_S"): patience.SILENCE_S,
}
"""Production's seconds, by module and name."""
_STATEMENT = patience.PostgresLine.connect.__kwdefaults__, "timeout_ms"
"""Where production's milliseconds of a statement are: a default."""


def be_patient(patch: "pytest.MonkeyPatch") -> None:
    """Wait long for everything."""
    for module, name in PRODUCTION:
        patch.setattr(module, name, LONG_S)
    patch.setitem(*_STATEMENT, LONG_S * 1000)


def be_a_patient_server() -> None:
    """Wait long for everything from now on, but trust memory for a second: others may depend on that."""
    for module, name in PRODUCTION:
        if module is not confirming:
            setattr(module, name, LONG_S)
    defaults, parameter = _STATEMENT
    defaults[parameter] = LONG_S * 1000


def be_as_in_production(patch: "pytest.MonkeyPatch") -> None:
    """Wait as long as production does."""
    for (module, name), seconds in PRODUCTION.items():
        patch.setattr(module, name, seconds)
    patch.setitem(*_STATEMENT, patience.STATEMENT_TIMEOUT_MS)
