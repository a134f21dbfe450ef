"""Every error is a problem (RFC 9457): its type, its status, what happened, and the request id."""

import logging
from typing import Any

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.base.errors import UnavailableError
from trigpoint.web.errors import KINDS
from trigpoint.web.manage.problems import MEANINGS
from web.manage.callers import Caller, World


def test_a_problem_names_its_type_and_the_request(admin: Caller) -> None:
    answer = admin.get("keys/ZZZZZZZZZZ")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "/manage/docs#problem-not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no key with the Key ID ZZZZZZZZZZ.",
        "instance": f"urn:uuid:{answer.headers['x-rid']}",
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "code", "challenge"),
    [
        ({}, "AUTHORIZATION_MISSING", 'Bearer realm="trigpoint manage"'),
        ({"authorization": "Basic x"}, "AUTHORIZATION_NOT_BEARER", 'Bearer realm="trigpoint manage"'),
        (
            {"authorization": "Bearer tp_x"},
            "API_TOKEN_MALFORMED",
            'Bearer realm="trigpoint manage", error="invalid_token"',
        ),
    ],
)
def test_a_refused_token_says_why(world: World, headers: dict[str, str], code: str, challenge: str) -> None:
    answer = world.outsider.get("me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == challenge
    assert answer.json()["hint"]


def test_the_token_is_checked_before_the_request(world: World) -> None:
    assert world.outsider.post("tokens/diagnose", content=b"{").status_code == 401


@pytest.mark.parametrize(
    ("body", "name", "rule"),
    [
        ({"mapsId": "com.example", "description": "x"}, "mapsId", "must be three or four fields separated by dots"),
        ({"mapsId": "maps.com.x", "description": ""}, "description", "must be 1 to 200 printable characters"),
        ({"mapsId": "maps.com.x"}, "body", "Object missing required field `description`"),
        ({"mapsId": "maps.com.x", "description": "x", "note": 1}, "body", "Object contains unknown field `note`"),
        ({"mapsId": 1, "description": "x"}, "mapsId", "Expected `str`, got `int`"),
    ],
)
def test_an_invalid_value_is_named_with_its_rule(
    world: World, admin: Caller, body: dict[str, Any], name: str, rule: str
) -> None:
    answer = admin.post(f"teams/{world.team}/maps-ids", body)
    assert answer.status_code == 400
    wrong = answer.json()["errors"]
    assert len(wrong) == 1
    assert wrong[0]["name"] == name
    assert wrong[0]["rule"].startswith(rule)
    assert (wrong[0].get("example") == "mapsId, description") is (name == "body")


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[1]", b'"x"'])
def test_a_body_that_cannot_be_read_is_400(world: World, admin: Caller, body: bytes) -> None:
    answer = admin.post(f"teams/{world.team}/maps-ids", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/manage/docs#problem-invalid")


def test_unknown_paths_are_404_and_other_methods_are_405(admin: Caller) -> None:
    for path in ("nothing", "/manage/nothing", "/manage/-/openapi.json", "/manage/-"):
        answer = admin.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = admin.post("me")
    assert (answer.status_code, answer.json()["type"]) == (405, "/manage/docs#problem-method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "OPTIONS"}


def test_options_names_every_method(world: World, admin: Caller) -> None:
    answer = admin.ask("OPTIONS", f"teams/{world.team}/keys")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, OPTIONS, POST")


def test_a_database_that_is_down_is_503(
    world: World, admin: Caller, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UnavailableError("The database cannot be used: it is away.")

    monkeypatch.setattr(authority.keys, "list", fail)
    answer = admin.get(f"teams/{world.team}/keys")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["detail"] == "The database cannot be used: it is away."


def test_a_500_response_has_no_details_and_the_log_has_all(
    world: World,
    admin: Caller,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(authority.keys, "list", fail)
    with caplog.at_level(logging.ERROR):
        answer = admin.get(f"teams/{world.team}/keys")
    assert (answer.status_code, answer.json()["type"]) == (500, "/manage/docs#problem-internal")
    assert "secret detail" not in answer.text
    assert answer.headers["x-rid"] in caplog.text
    assert "secret detail" in caplog.text


def test_every_type_is_explained_on_the_page(world: World) -> None:
    page = world.outsider.get("/manage/docs").text
    elsewhere = {"method", "too-long", "quota-exceeded", "throttled", "too-many-refusals", "not-painted"}
    assert {kind.name.replace("_", "-") for kind in KINDS} - elsewhere <= set(MEANINGS)
    assert all(f'id="problem-{name}"' in page for name in MEANINGS)


@pytest.mark.parametrize(
    ("path", "name"), [("keys?state=lost", "state"), ("keys?limit=0", "limit"), ("usage?format=xml", "format")]
)
def test_a_wrong_parameter_is_named_as_it_was_sent(world: World, admin: Caller, path: str, name: str) -> None:
    answer = admin.get(f"teams/{world.team}/{path}")
    assert (answer.status_code, [wrong["name"] for wrong in answer.json()["errors"]]) == (400, [name])
