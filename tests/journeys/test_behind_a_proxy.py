"""A server behind a proxy: one visitor's failures delay nobody else, and the internet sees no internal details."""

from collections.abc import Iterator

import httpx
import pytest

from served import Served, a_server

PUBLIC = "https://maps.example.com"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("proxied") / "home"
    with a_server(home, "--no-sample", TRIGPOINT_URL=PUBLIC, TRIGPOINT_TRUSTED_PROXIES="127.0.0.1") as one:
        yield one


def through_the_proxy(served: Served, method: str, path: str, *, client: str) -> httpx.Response:
    headers = {"x-forwarded-for": f"192.0.2.99, {client}", "x-forwarded-proto": "https", "host": "maps.example.com"}
    return httpx.request(method, served.url + path, headers=headers, timeout=30)


def test_the_greeting_shows_the_local_and_the_public_address(served: Served) -> None:
    told = served.log.read_text()
    assert f"Listening on  {served.url}" in told
    assert f"Public URL    {PUBLIC}" in told
    assert "TRIGPOINT_TRUSTED_PROXIES is not set" not in told


def test_too_many_attempts_do_not_delay_other_networks(served: Served) -> None:
    """Challenges for passkeys share the way of counting with sign-ins, and cost no hashing of passwords."""
    tried = [
        through_the_proxy(served, "POST", "/passkeys/options", client="203.0.113.9").status_code for _ in range(32)
    ]
    assert (tried[29], tried[30:]) == (200, [429, 429])
    assert through_the_proxy(served, "POST", "/passkeys/options", client="203.0.113.77").status_code == 429
    assert through_the_proxy(served, "POST", "/passkeys/options", client="198.51.100.1").status_code == 200


def test_the_internet_sees_neither_metrics_nor_reasons(served: Served) -> None:
    for headers in ({}, {"x-forwarded-for": "127.0.0.1"}, {"via": "1.1 proxy"}):
        assert httpx.get(served.url + "/metrics", headers=headers).status_code == 403
        answer = httpx.get(served.url + "/v1/geocode?q=a", headers=headers)
        assert (answer.status_code, answer.json()["error"]["details"]) == (401, [])


def test_contradictory_header_fields_are_400(served: Served) -> None:
    headers = {"x-forwarded-for": "203.0.113.9", "forwarded": "for=198.51.100.1"}
    answer = httpx.get(served.url + "/v1/geocode?q=a", headers=headers)
    assert answer.status_code == 400
    assert "name different clients" in answer.json()["error"]["details"][0]
    assert len(answer.headers["x-rid"]) == 36
