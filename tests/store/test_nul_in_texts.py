"""A text with NUL, which PostgreSQL cannot store, is refused or not found, and causes no server error."""

from collections.abc import Callable

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.usage import Dimension

NUL = "a\0b"


@pytest.mark.parametrize(
    "ask",
    [
        lambda authority, operator: authority.audit.events(operator, subject=NUL),
        lambda authority, operator: authority.usage.calls(operator, team_id=None, only={Dimension.ORIGIN: NUL}),
        lambda authority, operator: authority.webhooks.get(operator, NUL),
        lambda authority, operator: authority.webhooks.replay(operator, NUL),
    ],
    ids=["ledger", "usage", "webhook", "message"],
)
def test_a_text_that_cannot_be_stored_is_not_found(
    authority: Authority, operator: Actor, ask: Callable[[Authority, Actor], object]
) -> None:
    try:
        assert ask(authority, operator) == []
    except InvalidError as error:
        assert str(error).startswith("Parameter 'text' must be without the character NUL (U+0000)")  # noqa: PT017 (an error is one of two good ends)
    except NotFoundError:
        pass
    assert authority.audit.verify().holds
