"""Take a screenshot of every page of the portal, light and dark, wide and narrow: `make screenshots`.

A server of its own runs for it, on a free port and with a data folder of its own. The pictures are written to
`build/screenshots`; those that the README shows are written to `docs/pictures` with `--readme`.
"""

import math
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser, Page

from browser.chromium import a_chromium, register_maps_id, set_up
from browser.operations_pages import fill_operations
from known_keys import known
from served import Served, a_server
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.clock import HOUR_S
from trigpoint.client import Signer
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service

SIZES = {"wide": (1280, 860), "narrow": (360, 740)}
README = {"keys": "keys", "usage-month": "usage", "refused-judged": "refused"}


def main() -> None:
    """Walk through the portal, and take the pictures."""
    target = ROOT / "build" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        a_server(Path(folder) / "home") as server,
        a_chromium(webgl=True) as browser,
    ):
        for path, state in fill(server, browser, Path(folder)).items():
            take(browser, server, target, path, state)
    if "--readme" in sys.argv:
        pictures = ROOT / "docs" / "pictures"
        pictures.mkdir(exist_ok=True)
        for name, shown in README.items():
            (pictures / f"{shown}.png").write_bytes((target / f"{name}-readme.png").read_bytes())
    sys.stdout.write(f"{len(list(target.glob('*.png')))} pictures in {target.relative_to(ROOT)}\n")


def fill(server: Served, browser: Browser, folder: Path) -> dict[str, tuple[str, str]]:
    """Create the data that the pages show; return (path, token to check or nothing) by name of the picture."""
    url = server.url.replace("127.0.0.1", "localhost")
    page = browser.new_context(accept_downloads=True).new_page()
    set_up(page, url + server.set_up_path())
    base = "/teams/" + page.url.split("/teams/")[1][:10]
    register_maps_id(page, "maps.com.mycompany.mywebsite", "Website, production")
    register_maps_id(page, "maps.com.mycompany.staging", "Website, staging")
    token = make_keys(page, url + base, folder)
    for role in ("developer", "viewer"):
        page.goto(f"{url}{base}/members")
        page.get_by_label("E-mail").fill(f"{role}@example.com")
        page.get_by_label(role.title()).check()
        page.get_by_role("button", name="Create an invitation").click()
    invitation = page.locator("#invitation-link").inner_text().split("/invitations/")[1]
    count_calls(server.home, base[-10:])
    others = make_an_operator(server.home)
    page.context.storage_state(path=folder / "state.json")
    STATE["path"] = str(folder / "state.json")
    key = re.findall(rf"{base}/keys/([A-Z0-9]{{10}})\"", page.request.get(f"{url}{base}/keys").text())[0]
    return {
        "sign-in": ("/sign-in", ""),
        "invitation": (f"/invitations/{invitation}", ""),
        "overview": (base, ""),
        "map": (f"{base}/map", ""),
        "identifiers": (f"{base}/identifiers", ""),
        "identifier-new": (f"{base}/identifiers/new", ""),
        "identifier": (f"{base}/identifiers/maps.com.mycompany.mywebsite", ""),
        "identifier-remove": (f"{base}/identifiers/maps.com.mycompany.mywebsite/remove", ""),
        "keys": (f"{base}/keys", ""),
        "key-new": (f"{base}/keys/new", ""),
        "key": (f"{base}/keys/{key}", ""),
        "key-registered": (f"{base}/keys/{key}/registered", ""),
        "key-use": (f"{base}/keys/{key}/use", ""),
        "key-revoke": (f"{base}/keys/{key}/revoke", ""),
        "refused": (f"{base}/refused", ""),
        "refused-judged": (f"{base}/refused", token),
        "usage": (f"{base}/usage", ""),
        "usage-month": (f"{base}/usage?reach=month&by=key", ""),
        "usage-year": (f"{base}/usage?reach=year&by=origin&service=server_api", ""),
        "usage-refusals": (f"{base}/usage?show=refusals", ""),
        "usage-empty": (f"{base}/usage?status=499", ""),
        "quotas": (f"{base}/quotas", ""),
        "quotas-of-others": (f"/teams/{others}/quotas", ""),
        "activity": (f"{base}/activity", ""),
        "members": (f"{base}/members", ""),
        "maps-tokens": (f"{base}/tokens", ""),
        "api-tokens": (f"{base}/api-tokens", ""),
        "membership": (f"{base}/membership", ""),
        "account": ("/account", ""),
        "new-team": ("/new-team", ""),
        "not-found": ("/teams/NOBODYSONE", ""),
        **{name: (path, "") for name, path in fill_operations(server.home, base).items()},
    }


STATE: dict[str, str] = {}


def count_calls(home: Path, team: str) -> None:
    """Count the calls of a year as workers would have: busy days, quiet nights, a few errors and refusals."""
    authority = open_authority(home=home)
    actor = Actor.as_operator("screenshots")
    now = time.time()
    token = authority.maps_tokens.create(
        actor, team_id=team, service=Service.SERVER_API, origins="contact.mycompany.com", description="Contact page"
    )
    authority._memory.refresh()
    keys = [key for key in authority.keys.list(actor, team_id=team) if key.is_live(int(now * 1000))]
    facts = {key_id: known(authority, key_id) for key_id in (keys[0].key_id, keys[1].key_id, token.record.token_id)}
    for hour in reversed(range(24 * 330)):  # as time goes: the tally forgets the origins of hours that are over
        at = now - hour * 3600
        day = math.sin((at / 3600 % 24 - 8) * math.pi / 12) + 1.15  # busiest at two in the afternoon
        for number, (key_id, origin) in enumerate(
            [
                (keys[0].key_id, "https://www.mycompany.com"),
                (keys[0].key_id, "https://shop.mycompany.com"),
                (keys[1].key_id, None),
                (token.record.token_id, "https://contact.mycompany.com"),
            ]
        ):
            call = Call(Service.SERVER_API, origin, at, f"192.0.2.{number}")
            calls = int(day * (12 + hour * 7 % 11) * 30 / (10 * number + 10))
            for status, share in ((200, 1.0), (404, 0.06), (400, 0.02), (503, 0.3 if hour == 5 else 0.0)):
                add(authority, facts[key_id], call, status, int(calls * share))
            if hour == 0:
                authority._tally.note_use(facts[key_id], call)
        for key, reason, share in ((keys[0], "TOKEN_EXPIRED", 5), (keys[1], "ORIGIN_CHECK_FAILURE", 2)):
            for _ in range(int(day * share) if hour % 3 else 0):
                authority._tally.count_refusal(facts[key.key_id], Call(Service.SERVER_API, None, at), reason)
    authority._tally.flush()
    used = next(state.used for state in authority.quotas.show(actor, team)) or 0
    limit = max(100, int(used * 0.9 / 100) * 100)  # four fifths of it are used
    authority.quotas.set(actor, team, meter=Meter.SERVICE_CALLS, daily=limit + 100, maps_id=keys[0].maps_id)
    authority.quotas.set(actor, team, meter=Meter.SERVICE_CALLS, daily=100_000, key_id=keys[1].key_id)
    authority.quotas.set_calls_a_minute(actor, keys[1].key_id, most=600)
    authority.close()


def make_an_operator(home: Path) -> str:
    """Give Ada the operator's mark; give the Team ID of a team that she is not a member of, with a limit of its own."""
    authority = open_authority(home=home)
    actor = Actor.as_operator("screenshots")
    authority.people.mark_operator(actor, "ada@example.com", marked=True)
    team = authority.teams.create(actor, "Partners").team_id
    authority.quotas.set(actor, team, meter=Meter.SERVICE_CALLS, daily=100_000)
    authority.close()
    return team


def add(authority: Authority, key: KeyFacts, call: Call, status: int, calls: int) -> None:
    """Count calls of one kind: the first as a worker does, and the others, a million in a year, with it."""
    if calls:
        tally = authority._tally
        tally.count(key, call, status)
        tally._calls[int(call.at // HOUR_S)][key.key_id, call.service, call.origin, status][0] += calls - 1


def make_keys(page: Page, base: str, folder: Path) -> str:
    """Make two keys, use one, revoke the other; give an expired token."""
    files = []
    for name in ("Website 2026", "Website 2027"):
        page.goto(f"{base}/keys/new?maps_id=maps.com.mycompany.mywebsite")
        page.get_by_label("Key Name").fill(name)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Register").click()
        with page.expect_download() as started:
            page.get_by_role("button", name="Download").click()
        file = folder / started.value.suggested_filename
        started.value.save_as(file)
        files.append(file)
    page.goto(f"{base}/keys/{files[0].stem.removeprefix('AuthKey_')}/revoke")
    page.get_by_label("Superseded").check()
    page.get_by_label("Type the name of the key").fill("Website 2026")
    page.get_by_role("button", name="Revoke").click()
    page.goto(f"{base}/keys/new?maps_id=maps.com.mycompany.mywebsite")
    page.get_by_label("Key Name").fill("Website 2028")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Register").click()
    signer = Signer.from_file(files[1], team_id=base[-10:], origin="example.com")
    return signer.sign()


def take(browser: Browser, server: Served, target: Path, name: str, what: tuple[str, str]) -> None:
    """Take the pictures of one page."""
    path, token = what
    url = server.url.replace("127.0.0.1", "localhost")
    signed_out = name in {"sign-in", "invitation"}
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                storage_state=None if signed_out else STATE["path"],
                locale="en-GB",
            )
            page = context.new_page()
            page.goto(url + path)
            if token:
                page.get_by_label("Token or URL").fill(token)
                page.get_by_label("Origin or Referer header").fill("https://www.example.com")
                page.get_by_role("button", name="Check it").click()
            page.wait_for_load_state("networkidle")
            if name == "map":
                page.locator("#map[data-state=idle]").wait_for(timeout=90_000)
            page.screenshot(path=target / f"{name}-{size}-{scheme}.png", full_page=True)
            if name in README and (size, scheme) == ("wide", "light"):
                if token:
                    page.locator("#found").scroll_into_view_if_needed()
                    page.evaluate("document.getElementById('found').scrollIntoView()")
                page.screenshot(path=target / f"{name}-readme.png")
            context.close()


if __name__ == "__main__":
    main()
