"""One process at a time delivers messages, and no webhook waits for another."""

import asyncio
import threading
import time

from authority.webhooks.causing import cause_an_event
from conftest import NOON, FixedClock
from patience import PATIENCE_S
from receiving import Receiver
from trigpoint.authority import delivering, outside
from trigpoint.authority.opening import Authority
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team
from trigpoint.credentials.webhook import DeliveryState


def test_one_process_at_a_time_delivers(
    authority: Authority,
    other: Authority,
    operator: Actor,
    team: Team,
    issued: IssuedWebhook,
    receiver: Receiver,
    clock: FixedClock,
) -> None:
    del issued
    receiver.block = threading.Event()
    cause_an_event(authority, operator, team)
    sending = threading.Thread(target=authority.deliverer.tick)
    sending.start()
    assert receiver.called.wait(PATIENCE_S)
    assert other.deliverer.tick() == 0
    receiver.block.set()
    sending.join()
    assert len(receiver.heard) == 1

    cause_an_event(authority, operator, team, "two")
    assert other.deliverer.tick() == 0  # the lease stands
    clock.now += 91
    assert other.deliverer.tick() == 1  # its holder has died
    assert authority.deliverer.tick() == 0


def test_a_clock_that_was_ahead_delays_no_message(
    authority: Authority,
    other: Authority,
    operator: Actor,
    team: Team,
    issued: IssuedWebhook,
    receiver: Receiver,
    clock: FixedClock,
) -> None:
    """Neither by a lease until next year, whose holder has died, nor by an attempt that would be next year."""
    del issued
    year = 365 * 86_400
    clock.now += year
    receiver.status = 500
    cause_an_event(authority, operator, team)
    assert authority.deliverer.tick() == 1
    clock.now -= year
    receiver.status = 200
    assert other.deliverer.tick() == 1
    assert len(receiver.heard) == 2


def test_a_process_that_stops_closes_its_connections_and_leaves_its_messages_to_others(
    authority: Authority, other: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    receiver.block = threading.Event()
    cause_an_event(authority, operator, team)
    sending = threading.Thread(target=authority.deliverer.tick)
    sending.start()
    assert receiver.called.wait(PATIENCE_S)
    authority.deliverer.stop()
    sending.join()
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert (waiting.state, waiting.attempts) == (DeliveryState.WAITING, 0)
    receiver.block.set()
    assert other.deliverer.tick() == 1


def test_a_slow_receiver_delays_only_its_own_messages(
    authority: Authority, other: Authority, operator: Actor, team: Team, receiver: Receiver, clock: FixedClock
) -> None:
    slow = Receiver()
    slow.block = threading.Event()
    quick_team = authority.teams.create(operator, "Quick")
    for number in range(delivering.TEAM_AT_ONCE + 2):  # more than may be called at once
        authority.webhooks.add(operator, url=f"{slow.url}/{number}", team_id=team.team_id, events=["maps_id.*"])
    authority.webhooks.add(operator, url=receiver.url, team_id=quick_team.team_id, events=["maps_id.*"])
    for number in range(delivering.LINE * 2):
        cause_an_event(authority, operator, team, f"slow{number}")
    cause_an_event(authority, operator, quick_team, "quick")
    begun = time.monotonic()
    assert authority.deliverer.tick() == 1
    assert receiver.kinds == ["maps_id.registered"]
    cause_an_event(authority, operator, quick_team, "again")
    clock.now += 89
    assert authority.deliverer.tick() == 1  # which keeps the lease, too
    clock.now += 89
    assert other.deliverer.tick() == 0
    assert len(receiver.heard) == 2
    assert time.monotonic() - begun < outside.DEADLINE_S  # who waited for a slow receiver would wait as long
    assert len(slow.heard) == delivering.TEAM_AT_ONCE
    slow.block.set()
    authority.deliverer.stop()
    slow.close()


def test_a_long_queue_of_one_webhook_does_not_delay_another(
    authority: Authority, operator: Actor, team: Team, receiver: Receiver
) -> None:
    hooks = [
        authority.webhooks.add(
            operator, url=f"{receiver.url}/{kind}", team_id=team.team_id, events=[f"{kind}.*"]
        ).record
        for kind in ("maps_id", "leak")
    ]
    for number in range(delivering.LINE + 1):
        cause_an_event(authority, operator, team, f"site{number}")
    authority.leaks.choose_for_keys(operator, team.team_id, suspend=True)
    authority._store.deliveries.fan_out(at=int(NOON * 1000))
    found = authority._store.deliveries.due(at=int(NOON * 1000), limit=delivering.LINE)
    counts = [sum(delivery.webhook_id == one.webhook_id for delivery, *_ in found) for one in hooks]
    assert counts[0] == delivering.LINE
    assert counts[1] >= 1
    assert authority._store.deliveries.due(at=int(NOON * 1000), limit=1, but=[one.webhook_id for one in hooks]) == []


def test_a_running_server_delivers_messages(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    del issued

    async def live() -> None:
        await authority.start()
        await asyncio.to_thread(cause_an_event, authority, operator, team)
        assert await asyncio.to_thread(receiver.called.wait, 10)
        await authority.stop()

    asyncio.run(live())
    assert receiver.kinds == ["maps_id.registered"]
