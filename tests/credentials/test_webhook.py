"""A webhook's messages are signed according to Standard Webhooks, and retried for more than a day."""

import base64
import hashlib
import hmac
import json

import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.webhook import (
    WAITS_S,
    Webhook,
    encode_secret,
    message_id,
    read_events,
    read_url,
    render_message,
    sign_message,
    wait_after,
)

TEAM = TeamId("K5GNLXS2QT")


def an_entry(**changes: object) -> Entry:
    values = {
        "sequence": 7,
        "at": 1_800_000_000_000,
        "actor": "operator:jo",
        "team_id": TEAM,
        "kind": "key.revoked",
        "subject": "2X9R4HXF34",
        "details": {"reason": "compromised"},
        "previous": "0" * 64,
        "hash": "1" * 64,
    }
    return Entry(**(values | changes))  # type: ignore[arg-type]


def a_webhook(**changes: object) -> Webhook:
    values = {
        "webhook_id": "4D5N8H2K7C",
        "team_id": TEAM,
        "url": "https://example.com/hook",
        "events": ("*",),
        "description": "",
        "created_at": 0,
        "created_by": "operator:jo",
        "since": 0,
    }
    return Webhook(**(values | changes))  # type: ignore[arg-type]


def test_a_message_has_type_timestamp_and_data() -> None:
    assert json.loads(render_message(an_entry())) == {
        "type": "key.revoked",
        "timestamp": "2027-01-15T08:00:00Z",
        "data": {
            "sequence": 7,
            "teamId": TEAM,
            "subject": "2X9R4HXF34",
            "actor": "operator:jo",
            "details": {"reason": "compromised"},
        },
    }


def test_no_two_events_have_the_same_message_id_even_if_a_failover_reuses_a_sequence_number() -> None:
    lost, new = an_entry(), an_entry(hash="2" * 64)
    assert message_id("4D5N8H2K7C", lost) == message_id("4D5N8H2K7C", an_entry()) == "msg_4D5N8H2K7C711111111"
    assert message_id("4D5N8H2K7C", new) != message_id("4D5N8H2K7C", lost)


def test_the_signature_is_hmac_sha_256_over_id_timestamp_and_body() -> None:
    secret = encode_secret(bytes(range(32)))
    assert secret == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    headers = sign_message([secret], message="msg_1", at=1_614_265_330, body=b'{"test":1}')
    signed = hmac.digest(bytes(range(32)), b'msg_1.1614265330.{"test":1}', hashlib.sha256)
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


def test_every_secret_signs_and_each_signature_is_that_of_its_secret_alone() -> None:
    secrets = [encode_secret(bytes([number]) * 32) for number in (1, 2, 3)]
    facts = {"message": "msg_1", "at": 1_614_265_330, "body": b"{}"}
    together = sign_message(secrets, **facts)["webhook-signature"]  # type: ignore[arg-type]
    alone = [sign_message([secret], **facts)["webhook-signature"] for secret in secrets]  # type: ignore[arg-type]
    assert together.split(" ") == alone
    assert len(set(alone)) == 3


def test_the_intervals_between_attempts_grow_and_end() -> None:
    waits = [wait_after(attempts, "msg_1") for attempts in range(1, len(WAITS_S) + 2)]
    assert waits[-1] is None
    for wait, least in zip(waits[:-1], WAITS_S, strict=True):
        assert wait is not None
        assert least <= wait <= least * 1.1
    assert 24 * 3600 <= sum(WAITS_S) <= 48 * 3600


@pytest.mark.parametrize(
    ("changes", "entry", "wanted"),
    [
        ({}, {}, True),
        ({"events": ("key.*",)}, {}, True),
        ({"events": ("key.created", "key.revoked")}, {}, True),
        ({"events": ("quota.*",)}, {}, False),
        ({"team_id": None}, {"team_id": None}, True),
        ({"team_id": None}, {}, True),
        ({}, {"team_id": None}, False),
        ({}, {"team_id": TeamId("ABCDEFGHIJ")}, False),
        ({"since": 7}, {}, False),
        ({"since": 6}, {}, True),
    ],
)
def test_a_webhook_receives_the_events_it_selects(
    changes: dict[str, object], entry: dict[str, object], *, wanted: bool
) -> None:
    assert a_webhook(**changes).wants(an_entry(**entry)) is wanted


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https:///path",
        "https://user:pass@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nx: y",
        "https://[::1/",
        "example.com",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_invalid_urls_are_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="Parameter 'url' must be an https URL without user and fragment"):
        read_url(text, plain_allowed=False)


def test_plain_http_is_accepted_only_where_private_networks_are_allowed() -> None:
    assert read_url("http://10.0.0.7:8080/hook", plain_allowed=True) == "http://10.0.0.7:8080/hook"
    assert read_url(" https://example.com ", plain_allowed=False) == "https://example.com"


def test_unknown_events_are_refused() -> None:
    assert read_events([]) == ("*",)
    assert read_events(["key.*", "quota.alarm", "key.*"]) == ("key.*", "quota.alarm")
    with pytest.raises(InvalidError, match=r"must be a kind of event, or a pattern such as key\.\*.*got 'kee\.\*'"):
        read_events(["kee.*"])
