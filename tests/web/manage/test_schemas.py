"""The types of the API have every member that is shown, and every state that there is."""

from collections.abc import Mapping
from typing import get_args

import msgspec
import pytest

from credentials.builders import a_key, a_team, an_api_token
from trigpoint.authority.quotas import quota_members
from trigpoint.authority.rotation import Ending, ending_members, traffic_members
from trigpoint.authority.usage import use_members
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.shown import (
    api_token_members,
    delivery_members,
    event_members,
    invitation_members,
    key_members,
    maps_id_members,
    maps_token_members,
    member_members,
    refusal_members,
    team_members,
    webhook_members,
)
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.credentials.webhook import DeliveryState, WebhookState
from trigpoint.web.manage import schemas
from web.manage.callers import REQUEST_ID, World


def members_of(world: World, kind: type[schemas.Told]) -> Mapping[str, object]:
    """Show one thing of a kind, with all its members: those that are absent are None."""
    authority, operator, team = world.authority, world.operator, world.team
    return {
        schemas.Team: lambda: team_members(a_team()),
        schemas.MapsId: lambda: maps_id_members(authority.maps_ids.get(operator, world.maps_id)),
        schemas.Key: lambda: key_members(a_key()),
        schemas.ApiToken: lambda: api_token_members(an_api_token(), 0),
        schemas.MapsToken: lambda: maps_token_members(authority.maps_tokens.get(operator, world.maps_token), 0),
        schemas.Member: lambda: member_members(authority.members.list(operator, team_id=team)[0]),
        schemas.Invitation: lambda: invitation_members(authority.members.invitations(operator, team_id=team)[0]),
        schemas.Event: lambda: event_members(authority.audit.events(operator)[0]),
        schemas.Webhook: lambda: webhook_members(authority.webhooks.get(operator, world.webhook)),
        schemas.Delivery: lambda: delivery_members(authority.webhooks.deliveries(operator, world.webhook)[0]),
        schemas.KeyTraffic: lambda: traffic_members(authority.rotation.traffic(operator, world.key)[0]),
        schemas.Ending: lambda: ending_members(Ending("key", world.key, "Website", TeamId(team), 0, 0)),
        schemas.LastUse: lambda: use_members(authority.usage.last_uses(operator, team)[0]),
        schemas.Refusal: lambda: refusal_members(authority.refusals.find(operator, REQUEST_ID)),
        schemas.Quota: lambda: quota_members(authority.quotas.show(operator, team)[0]),
    }[kind]()


@pytest.mark.parametrize(
    "kind",
    [
        schemas.Team,
        schemas.MapsId,
        schemas.Key,
        schemas.ApiToken,
        schemas.MapsToken,
        schemas.Member,
        schemas.Invitation,
        schemas.Event,
        schemas.Webhook,
        schemas.Delivery,
        schemas.KeyTraffic,
        schemas.Ending,
        schemas.LastUse,
        schemas.Refusal,
        schemas.Quota,
    ],
)
def test_a_type_has_the_members_that_are_shown(world: World, kind: type[schemas.Told]) -> None:
    shown = members_of(world, kind)
    assert {field.encode_name for field in msgspec.structs.fields(kind)} == set(shown)
    schemas.told(kind, shown)


def test_a_line_of_a_report_has_every_dimension() -> None:
    names = {field.encode_name for field in msgspec.structs.fields(schemas.UsageLine)}
    assert names == {"start", "calls", *Dimension, *RefusalDimension}


def words(kind: object) -> set[str]:
    """Give the words of a Literal, however it is wrapped."""
    found: set[str] = set()
    for part in get_args(kind):
        found |= {part} if isinstance(part, str) else words(part)
    return found


def test_a_type_knows_every_state() -> None:
    key = {field.name: field.type for field in msgspec.structs.fields(schemas.Key)}
    token = {field.name: field.type for field in msgspec.structs.fields(schemas.MapsToken)}
    assert words(key["state"]) == {state.value for state in KeyState}
    assert words(token["state"]) == {state.value for state in KeyState} | {"expired"}
    assert words(key["private_half"]) == {half.value for half in PrivateHalf}
    webhook = {field.name: field.type for field in msgspec.structs.fields(schemas.Webhook)}
    delivery = {field.name: field.type for field in msgspec.structs.fields(schemas.Delivery)}
    assert words(webhook["state"]) == {state.value for state in WebhookState}
    assert words(delivery["state"]) == {state.value for state in DeliveryState}
    assert words(schemas.RoleName) == {role.value for role in Role}
    assert words(schemas.ServiceName) == {service.value for service in Service}
    assert words(schemas.ReasonName) == {reason.value for reason in RevocationReason}
