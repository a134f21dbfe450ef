"""The shapes of the management API and of `--json` have every member and every enum value."""

from typing import get_args

import msgspec

from credentials.builders import NOW, a_key, an_api_token
from trigpoint.api.events import Delivery, Verification, Webhook
from trigpoint.api.judging import Finding
from trigpoint.api.keys import CreatedKey, Key
from trigpoint.api.shape import ReasonName, RoleName, ServiceName, Shape, members_of, widen
from trigpoint.api.tokens import ApiToken, MapsToken
from trigpoint.api.usage import Quota, UsageLine
from trigpoint.credentials.key import KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.ledger import Fault
from trigpoint.credentials.quota import Meter, Period
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import USED, Dimension, RefusalDimension, UsageRow
from trigpoint.credentials.verdict import Outcome
from trigpoint.credentials.webhook import DeliveryState, WebhookState


def words(kind: object) -> set[str]:
    """Give the words of a Literal, however it is wrapped."""
    found: set[str] = set()
    for part in get_args(kind):
        found |= {part} if isinstance(part, str) else words(part)
    return found


def words_of(shape: type[Shape], name: str) -> set[str]:
    return words({field.name: field.type for field in msgspec.structs.fields(shape)}[name])


def test_a_shape_accepts_every_value_of_its_enum() -> None:
    assert words_of(Key, "state") == set(KeyState)
    assert words_of(Key, "private_half") == set(PrivateHalf)
    assert words_of(MapsToken, "state") == {*KeyState, "expired"}
    assert words_of(Webhook, "state") == set(WebhookState)
    assert words_of(Delivery, "state") == set(DeliveryState)
    assert words_of(Finding, "outcome") == set(Outcome)
    assert words_of(Verification, "fault") == set(Fault)
    assert words_of(Quota, "meter") == set(Meter)
    assert words_of(Quota, "period") == {period.name.lower() for period in Period}
    assert words_of(UsageLine, "service") == set(USED)
    assert words(RoleName) == set(Role)
    assert words(ServiceName) == set(Service)
    assert words(ReasonName) == set(RevocationReason)


def test_a_usage_row_has_every_dimension() -> None:
    names = {field.encode_name for field in msgspec.structs.fields(UsageLine)}
    assert names == {"start", "calls", *Dimension, *RefusalDimension}
    row = UsageRow("2026-11-23", {Dimension.SERVICE: "map_view", Dimension.ORIGIN: ""}, 3)
    shown = {"start": "2026-11-23", "service": "map_view", "origin": "", "calls": 3}
    assert members_of(UsageLine.of(row)) == shown


def test_times_are_whole_seconds_in_utc_and_absent_members_are_left_out() -> None:
    shown = members_of(ApiToken.of(an_api_token(created_at=1_795_449_599_999), int(NOW * 1000)))
    assert shown["createdAt"] == "2026-11-23T15:59:59Z"
    assert "lastUsedAt" not in shown


def test_an_api_token_is_shown_without_its_digest() -> None:
    shown = members_of(ApiToken.of(an_api_token(), int(NOW * 1000)))
    assert "digest" not in shown
    assert (shown["state"], shown["role"], shown["start"]) == ("active", "developer", "tp_0000")
    assert ApiToken.of(an_api_token(revoked_at=1), 2).state == "revoked"
    assert ApiToken.of(an_api_token(expires_at=1), 2).state == "expired"


def test_a_wider_shape_has_the_members_of_the_narrower_one() -> None:
    key = Key.of(a_key())
    created = widen(CreatedKey, key, file_name="AuthKey.p8", private_key=None)
    assert members_of(created) == members_of(key) | {"fileName": "AuthKey.p8"}
