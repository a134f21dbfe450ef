"""Messages never repeat a secret; other long texts are shown."""

import base64
import secrets
import time
import uuid

import pytest

from secrets_fed import FED, leaked
from trigpoint.base.errors import InvalidError, refuse_secret, shorten
from trigpoint.base.secrecy import PASSWORD, PRIVATE_KEY, TOKEN, hide_secrets, name_secret

TOLD = [
    "/Users/Ada/Documents/Projects/TrigPoint2026/Keys/AuthKey_2X9R4HXF34.p8",
    "/private/var/folders/zz/zyxvpxvq6csfxvn/T/pytest-of-root/pytest-0/test_x0/AuthKey_2X9R4HXF34.p8",
    "http://127.0.0.1:8060/teams/K5GNLXS2QT/webhooks/4D5N8H2K7C/messages/msg_4D5N8H2K7C1",
    str(uuid.UUID(int=0x424EABB73ADE4F09A708A6F2668113DC)),
    "TRIGPOINT_WEBHOOK_NETWORKS_AND_TRIGPOINT_MASTER_KEY",
    "a P-256 private key in PKCS#8 PEM (a .p8 file), for example '-----BEGIN PRIVATE KEY-----…'; got 'a public key'",
    "postgresql://maps@db.example.com/trigpoint",
    "Parameter 'token' must be a token, for example 'eyJhbGciOi…'",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
]


@pytest.mark.parametrize("form", FED)
def test_a_secret_is_replaced_and_the_text_around_it_stays(form: str) -> None:
    told = hide_secrets(f"No such file: '{FED[form]}' is none.")
    assert leaked(form, told) == []
    assert told.startswith("No such file: '")
    assert told.endswith("' is none.")


@pytest.mark.parametrize("text", TOLD)
def test_a_text_without_secrets_is_unchanged(text: str) -> None:
    assert hide_secrets(text) == text
    assert name_secret(text) is None


def test_the_kind_of_a_secret_is_named() -> None:
    kinds = {form: name_secret(FED[form]) for form in FED}
    assert kinds == dict.fromkeys(FED, PRIVATE_KEY) | {
        "auth token": TOKEN,
        "API token": TOKEN,
        "secret of a webhook": TOKEN,
        "password of a database": PASSWORD,
    }


def test_a_key_that_was_cut_off_is_hidden() -> None:
    for end in range(50, 257, 7):
        assert leaked("PEM", hide_secrets(FED["PEM"][:end])) == []


def test_a_line_of_a_key_alone_is_hidden() -> None:
    hidden = sum("not shown" in hide_secrets(base64.b64encode(secrets.token_bytes(48)).decode()) for _ in range(300))
    assert hidden > 285


def test_a_received_value_is_hidden_before_it_is_cut() -> None:
    for form, text in FED.items():
        error = InvalidError("name", "short", example="a", received=text)
        assert leaked(form, f"{error} {error.received} {shorten('x' * 60 + ' ' + text)}") == []


def test_a_stored_text_may_contain_no_secret() -> None:
    refuse_secret("note", "found in a public repository, see https://example.com/issues/1")
    for text in FED.values():
        with pytest.raises(InvalidError, match=r"without a key, a token or a password, because it is shown"):
            refuse_secret("note", f"it was {text}")


@pytest.mark.parametrize(
    "unit",
    [
        "-",
        "-----BEGIN ",
        "----- BEGIN PRIVATE KEY",
        "eyJ",
        "MIGTAgEA",
        "://",
        "a:",
        "://a",
        " ",
        "tp_",
        "\\n",
        "LS0tLS1CRUdJTi ",
        "-----BEGIN PRIVATE KEY-----" + "\\\\n" * 20,
    ],
)
def test_the_time_is_linear_in_the_length_of_the_text(unit: str) -> None:
    def cost(length: int) -> float:
        text = (unit * length)[:length]
        begun = time.thread_time()
        hide_secrets(text)
        return time.thread_time() - begun

    cost(1_000)
    assert min(cost(64_000) for _ in range(3)) < 40 * max(min(cost(8_000) for _ in range(3)), 1e-4)
