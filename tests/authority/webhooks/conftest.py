"""An installation with one webhook, and a receiver of its messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FixedClock
from receiving import Receiver
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def authority(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock, webhook_networks="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def other(authority: Authority, database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    """Another process of the same installation."""
    del authority
    opened = open_authority(home=home, database_url=database_url, clock=clock, webhook_networks="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    return authority.teams.create(operator, "My Company")


@pytest.fixture
def issued(authority: Authority, operator: Actor, team: Team, receiver: Receiver) -> IssuedWebhook:
    return authority.webhooks.add(operator, url=receiver.url, team_id=team.team_id, events=["maps_id.*"])
