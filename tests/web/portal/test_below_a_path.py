"""The portal below a path of its public URL: a crawl over every page finds no link outside it."""

import asyncio
import re
from typing import Any

import httpx

from authority.people_builders import PASSWORD
from tiles_fakes import OSM_SET, FakeTiles
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.person import Person
from trigpoint.maps.snapshots.queries import SnapshotQuery
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.opening import Portal

PUBLIC = "https://maps.example.com/deep/maps"
PATH = "/deep/maps"
ADDRESS = re.compile(
    r'(?:href|action|formaction|src|hx-get|hx-post|data-root|data-next|data-access|data-picture|data-script|data-worker)="([^"]*)"'
)
MOST_PAGES = 150


async def paint(_: SnapshotQuery) -> bytes:
    return b"\x89PNG"


class Visitor:
    """A browser in front of a proxy that maps the path to `/`, and knows nothing else."""

    def __init__(self, authority: Authority) -> None:
        parts = MapParts(FakeTiles((OSM_SET,)), "/mk/assets/a.mjs", "/mk/assets/b.mjs", snapshot=paint)
        self.app: Any = Portal(authority, base_url=PUBLIC, map_parts=parts)
        self.cookies = httpx.Cookies()

    def ask(self, method: str, address: str, **parts: Any) -> httpx.Response:
        assert address == PATH or address.startswith(PATH + "/"), f"an address outside: {address}"

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 5000))
            base = "https://maps.example.com"
            async with httpx.AsyncClient(transport=transport, base_url=base, cookies=self.cookies) as client:
                answer = await client.request(method, address.removeprefix(PATH) or "/", **parts)
                self.cookies = client.cookies
                return answer

        answer = asyncio.run(send())
        assert len(answer.content) == int(answer.headers.get("content-length", len(answer.content)))
        return answer


def addresses_in(page: str) -> set[str]:
    """The addresses of this server in a page; those of others are absolute, and those of the page itself a query."""
    found = {one.replace("&amp;", "&") for one in ADDRESS.findall(page)}
    return {one for one in found if one.startswith("/")}


def test_every_link_form_and_redirection_lies_below_the_path(
    authority: Authority, person: Person, team_id: TeamId
) -> None:
    visitor = Visitor(authority)
    to_sign_in = visitor.ask("GET", f"{PATH}/account")
    assert to_sign_in.headers["location"] == f"{PATH}/sign-in?next=%2Faccount"
    page = visitor.ask("GET", to_sign_in.headers["location"])
    assert f'action="{PATH}/sign-in"' in page.text
    form = {"email": person.email, "password": PASSWORD, "next": "/account"}
    signed_in = visitor.ask("POST", f"{PATH}/sign-in", data=form, headers={"origin": "https://maps.example.com"})
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, f"{PATH}/account")
    waiting, seen = [f"{PATH}/"], set[str]()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)  # by width: what many filters lead to comes last
        if address in seen or address.endswith("/sign-out"):
            continue
        seen.add(address)
        answer = visitor.ask("GET", address)
        if "location" in answer.headers:
            waiting.append(answer.headers["location"])
        elif answer.headers.get("content-type", "").startswith("text/html"):
            found = addresses_in(answer.text)
            assert [one for one in found if not one.startswith(PATH + "/")] == [], address
            waiting += found - seen
    maps = {
        f"{PATH}/teams/{team_id}/map{page}" for page in ("", "/try", "/why", "/studio", "/studio/picture", "/access")
    }
    assert maps <= seen
    assert {f"{PATH}/account", f"{PATH}/teams/{team_id}/keys", f"{PATH}/teams/{team_id}/usage"} <= seen
    assert len(seen) > 25


def test_texts_of_users_are_not_taken_for_links(authority: Authority, person: Person) -> None:
    authority.people.rename(person.person_id, name='x href="/evil" y')
    visitor = Visitor(authority)
    visitor.ask("POST", f"{PATH}/sign-in", data={"email": person.email, "password": PASSWORD})
    assert "x href=&#34;/evil&#34; y" in visitor.ask("GET", f"{PATH}/account").text
