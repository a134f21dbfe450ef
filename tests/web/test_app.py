"""Health checks, the page of refusals, and unknown paths."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from trigpoint.credentials.reasons import REASONS, Reason
from trigpoint.web.app import App, is_for_people
from trigpoint.web.health import Part
from trigpoint.web.refusals import render_refusals


async def nothing() -> None:
    return None


def an_app(parts: Mapping[str, Part] | None = None) -> Any:
    async def readiness() -> Mapping[str, Part]:
        return parts or {}

    async def v1(*_: Any) -> None:
        raise AssertionError("not a call of the API")

    return App(v1=v1, readiness=readiness, start=nothing, stop=nothing)


def ask(path: str, *, method: str = "GET", parts: Mapping[str, Part] | None = None) -> httpx.Response:
    app = an_app(parts)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://maps.test") as client:
            return await client.request(method, path)

    return asyncio.run(send())


def test_healthz_is_200_whatever_the_parts_report() -> None:
    answer = ask("/healthz", parts={"credentials": Part(ready=False)})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (Part(ready=True), 200),
        (Part(ready=False, note="down"), 503),
        (Part(ready=False, note="none", needed=False), 200),
    ],
)
def test_readyz_is_200_when_all_required_parts_are_ready(part: Part, status: int) -> None:
    answer = ask("/readyz", parts={"places": part})
    assert answer.status_code == status
    assert answer.json()["status"] == ("ready" if status == 200 else "unready")
    assert answer.json()["parts"]["places"]["ready"] is part.ready
    assert answer.json()["parts"]["places"].get("note", "") == part.note


@pytest.mark.parametrize(("path", "status"), [("//healthz", 200), ("///healthz", 200), ("//nothing", 404)])
def test_several_slashes_before_a_path_are_read_as_one(path: str, status: int) -> None:
    sent: list[Any] = []

    async def note(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": None}
    asyncio.run(an_app()(scope, None, note))
    assert sent[0]["status"] == status


def test_a_call_of_the_api_may_begin_with_two_slashes() -> None:
    scope = {"type": "http", "method": "GET", "path": "//v1/token", "headers": [], "client": None}
    with pytest.raises(AssertionError, match="not a call of the API"):  # it came where it belongs
        asyncio.run(an_app()(scope, None, None))


def test_a_404_can_be_read_by_a_page_of_another_origin() -> None:
    for method in ("GET", "OPTIONS", "POST"):
        answer = ask("/v2/geocode", method=method)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-type"] == "application/json;charset=utf8"


def test_options_asterisk_lists_the_methods_of_the_server() -> None:
    sent: list[Any] = []

    async def note(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "OPTIONS", "path": "*", "headers": [(b"accept", b"text/html")], "client": None}
    asyncio.run(an_app()(scope, None, note))
    assert sent[0]["status"] == 204
    assert dict(sent[0]["headers"])[b"allow"].startswith(b"GET, HEAD")


@pytest.mark.parametrize(
    ("path", "is_portal"),
    [("/healthz", False), ("/readyz", False), ("/metrics", False), ("/openapi.json", False), ("/nothing", True)],
)
def test_browsers_get_the_portals_404_page_for_unknown_paths_only(path: str, *, is_portal: bool) -> None:
    headers = [(b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8")]
    assert is_for_people({"path": path, "headers": headers}) is is_portal


def test_favicon_and_robots_txt_are_served() -> None:
    icon, robots = ask("/favicon.ico"), ask("/robots.txt")
    assert (icon.status_code, icon.headers["content-type"], icon.content[:5]) == (200, "image/svg+xml", b"<svg ")
    assert (robots.status_code, robots.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert robots.text.endswith("Allow: /v1/\nAllow: /api/\nAllow: /embed/\nDisallow: /\n")
    assert ask("/robots.txt", method="POST").status_code == 405


def test_unknown_paths_are_404_and_other_methods_are_405() -> None:
    assert ask("/nothing").content == b'{"error":{"message":"Not Found","details":[]}}'
    answer = ask("/healthz", method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "x-rid" in answer.headers


def test_the_page_of_refusals_has_every_reason_under_its_code() -> None:
    answer = ask("/docs/refusals")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert all(f'<section id="{code}">' in answer.text for code in REASONS)


def test_the_page_of_refusals_escapes_what_it_shows() -> None:
    page = render_refusals([Reason("CODE", "<b>", cause="&", hint="<script>")])
    assert b"&lt;b&gt;" in page
    assert b"<script>" not in page
