"""Snapshots over HTTP: headers, the server's cache, caching in browsers, and the status and body of every error."""

import asyncio
import json
import logging

import pytest

from conftest import NOON, FixedClock
from places_fakes import FakePlaces
from snapshots_fakes import PNG
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.usage import Dimension
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.snapshots.failures import NotPaintedError, PaintFailure
from trigpoint.web.snapshots.pictures import LOOSE_S, Pictures
from web.snapshots.site import OPERATOR, PATH, SnapshotSite

NOT_AUTHORIZED = b'{"error":{"message":"Not Authorized","details":[]}}'


def test_a_signed_url_gives_an_image_that_any_page_may_show(site: SnapshotSite) -> None:
    with site.served() as server:
        answer = server.get(site.signed())
    assert (answer.status, answer.body) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"].startswith('"')
    assert len(answer.headers["x-rid"]) == 36


def test_a_repeated_url_is_painted_once_and_judged_and_counted_each_time(site: SnapshotSite) -> None:
    target = site.signed()
    with site.served() as server:
        first = server.get(target)
        assert [server.get(target).body for _ in range(3)] == [PNG] * 3
        unchanged = server.get(target, if_none_match=first.headers["etag"])
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers["etag"] == first.headers["etag"]
        assert "content-type" not in unchanged.headers
    assert len(site.engine.painted) == 1
    site.authority._tally.flush()
    rows = site.authority.usage.calls(OPERATOR, team_id=site.key.team_id, by=[Dimension.SERVICE, Dimension.STATUS])
    assert {(row.values["service"], row.values["status"]): row.calls for row in rows} == {
        ("web_snapshots", "200"): 4,
        ("web_snapshots", "304"): 1,
    }
    counted = site.metrics.sums()["requests"]
    assert {name: sum(values[:-1]) for name, values in counted.items()} == {
        f"{PATH} 200": 1,
        f"{PATH} kept 200": 3,
        f"{PATH} kept 304": 1,
    }


def test_urls_that_differ_only_in_credentials_share_one_image(site: SnapshotSite) -> None:
    with site.served() as server:
        etags = {
            server.get(target).headers["etag"]
            for target in (
                site.signed(),
                site.signed(expires=int(NOON) + 60),
                f"{PATH}?z=14.0&center=47.140,9.52&token={site.token()}",
            )
        }
    assert len(etags) == len(site.engine.painted) == 1


def test_a_client_that_has_the_image_gets_304_without_painting(site: SnapshotSite) -> None:
    target = site.signed()
    with site.served() as server:
        etag = server.get(target).headers["etag"]
    with site.served() as other_worker:
        assert other_worker.get(target, if_none_match=etag).status == 304
        assert other_worker.get(target, if_none_match=f'W/"x", {etag}').status == 304
        assert other_worker.get(target, if_none_match='"x"').status == 200
    assert len(site.engine.painted) == 2, "one for each worker"


def test_a_snapshot_is_painted_again_when_the_map_changes(site: SnapshotSite) -> None:
    target = site.signed()
    with site.served() as server:
        etag = server.get(target).headers["etag"]
        site.engine.map_version = "2"
        again = server.get(target, if_none_match=etag)
        assert again.status == 200
        assert again.headers["etag"] != etag
    assert len(site.engine.painted) == 2


def test_a_snapshot_with_an_address_or_a_linked_image_is_cached_for_a_limited_time(
    site: SnapshotSite, clock: FixedClock
) -> None:
    address = site.signed("center=12 Rue Grimaldi, Monaco")
    image = site.signed('center=1,2&imgs=[{"url":"https://a.example/b.png","width":9,"height":9}]')
    data = site.signed('center=1,2&imgs=[{"url":"data:image/png;base64,AAAA","width":9,"height":9}]')
    with site.served() as server:
        for target in (address, image, data):
            assert server.get(target).status == server.get(target).status == 200
        assert len(site.engine.painted) == 3
        clock.now = NOON + LOOSE_S - 0.1
        for target in (address, image, data):
            server.get(target)
        assert len(site.engine.painted) == 3
        clock.now = NOON + LOOSE_S
        for target in (address, image, data):
            server.get(target)
        assert len(site.engine.painted) == 5


def test_a_cached_image_is_refused_to_a_revoked_key(site: SnapshotSite) -> None:
    targets = [site.signed(), f"{PATH}?center=47.14,9.52&z=14&token={site.token()}"]
    with site.served() as server:
        etag = {server.get(target).headers["etag"] for target in targets}.pop()
        site.authority.keys.revoke(OPERATOR, site.key.key_id, reason=RevocationReason.COMPROMISED)
        for target in targets:
            for headers in ({}, {"if_none_match": etag}):
                answer = server.get(target, **headers)
                assert (answer.status, "KEY_REVOKED" in answer.text) == (401, True)
                assert answer.headers["cache-control"] == "no-store"


def test_a_refusal_has_apples_body_and_is_found_under_its_request_id(site: SnapshotSite) -> None:
    site.options["explain"] = False
    with site.served() as server:
        answer = server.get(site.signed().replace("z=14", "z=15"))
    assert (answer.status, answer.body) == (401, NOT_AUTHORIZED)
    found = site.authority.refusals.find(OPERATOR, answer.headers["x-rid"])
    assert (found.code, found.service, found.key_id) == (
        "SNAPSHOT_SIGNATURE_INVALID",
        "web_snapshots",
        site.key.key_id,
    )


def test_the_error_for_an_origin_that_is_not_allowed_is_the_same_as_everywhere(site: SnapshotSite) -> None:
    site.options["explain"] = False
    target = f"{PATH}?center=1,2&token={site.token(origin='a.example')}"
    with site.served() as server:
        assert server.get(target).body == NOT_AUTHORIZED
        foreign = server.get(target, origin="https://b.example")
        (detail,) = json.loads(foreign.body)["error"]["details"]
        assert (foreign.status, detail["errorType"]) == (401, "ORIGIN_CHECK_FAILURE")
        assert server.get(target, referer="https://a.example/page").status == 200
        assert server.get(target, origin="https://a.example").status == 200


def test_a_used_up_quota_is_429_and_says_when_it_resets(site: SnapshotSite) -> None:
    site.authority.quotas.set(OPERATOR, site.key.team_id, meter=Meter.SNAPSHOTS, daily=2)
    target = site.signed()
    with site.served() as server:
        assert [server.get(target).status for _ in range(3)] == [200, 200, 429]
        over = server.get(target)
    assert 0 < int(over.headers["retry-after"]) <= 86_400
    assert json.loads(over.body)["error"]["message"] == "Too Many Requests"


def test_a_broken_parameter_is_400_and_names_it(site: SnapshotSite) -> None:
    site.options["explain"] = False
    with site.served() as server:
        answer = server.get(site.signed("center=47.14,9.52&z=21"))
    (detail,) = json.loads(answer.body)["error"]["details"]
    assert answer.status == 400
    assert detail.startswith("Parameter 'z' must be a number from 3 to 20")


def test_the_credential_is_checked_before_the_parameters(site: SnapshotSite) -> None:
    with site.served() as server:
        assert server.get(f"{PATH}?center=nowhere&z=NaN").status == 401


@pytest.mark.parametrize("reason", list(PaintFailure))
def test_a_failed_painting_is_500_and_the_next_request_tries_again(site: SnapshotSite, reason: PaintFailure) -> None:
    site.engine.error = NotPaintedError(reason, "It took too long.")
    with site.served() as server:
        answer = server.get(site.signed())
        assert (answer.status, answer.headers["retry-after"]) == (500, "1")
        assert json.loads(answer.body)["error"]["message"] == "Internal Server Error"
        site.engine.error = None
        assert server.get(site.signed()).status == 200


def test_without_an_engine_it_is_503(site: SnapshotSite) -> None:
    site.options["atlas"] = Atlas()
    with site.served() as server:
        assert server.get(site.signed()).status == 503


def test_an_address_without_a_place_engine_is_503_and_an_unknown_one_400(site: SnapshotSite) -> None:
    site.options["atlas"] = Atlas(snapshots=site.engine)
    with site.served() as server:
        assert server.get(site.signed("center=Vaduz")).status == 503
    site.options["atlas"] = Atlas(places=FakePlaces(places=()), snapshots=site.engine)
    with site.served() as server:
        assert server.get(site.signed("center=Vaduz")).status == 400


def test_head_and_preflight_requests_are_handled(site: SnapshotSite) -> None:
    with site.served() as server:
        head = server.get(site.signed(), method="HEAD")
        assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(PNG)))
        assert server.get(site.signed(), method="OPTIONS").status == 204
        post = server.get(site.signed(), method="POST", content_length="0")
        assert (post.status, post.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["//api/v1/snapshot", "///api/v1/snapshot", "/api/v1/snapsho%74"])
def test_an_equivalent_path_has_the_signature_of_the_documented_one(site: SnapshotSite, path: str) -> None:
    with site.served() as server:
        assert server.get(site.signed().replace(PATH, path)).status == 200
        assert server.get(site.signed().replace(PATH, f"{PATH}/")).status == 404


@pytest.mark.parametrize("length", [5_000, 5_001, 8_192, 8_193, 30_000])
def test_a_url_has_at_most_five_thousand_characters(site: SnapshotSite, length: int) -> None:
    empty = len(site.signed("center=1,2&x="))
    with site.served() as server:
        answer = server.get(site.signed("center=1,2&x=" + "a" * (length - empty)))
    assert answer.status == (200 if length == 5_000 else 413)
    if answer.status == 413:
        assert json.loads(answer.body)["error"] == {
            "message": "Content Too Large",
            "details": ["The URL of a snapshot has at most 5,000 characters, path and query."],
        }


def test_neither_signature_nor_token_is_logged(site: SnapshotSite, caplog: pytest.LogCaptureFixture) -> None:
    site.options["log_requests"] = True
    signed, token = site.signed(), site.token(origin="b.example")
    with caplog.at_level(logging.DEBUG), site.served() as server:
        server.get(signed)
        server.get(signed + "&a=b")
        server.get(f"{PATH}?center=1,2&token={token}")
        server.get(site.signed("center=1,2&z=99"))
    assert "ORIGIN_MISSING" in caplog.text
    assert "SNAPSHOT_SIGNATURE_NOT_LAST" in caplog.text
    assert signed.rpartition("=")[2] not in caplog.text
    assert token.rpartition(".")[2] not in caplog.text


def test_browsers_may_cache_an_image_if_the_operator_allows_it(site: SnapshotSite) -> None:
    site.options["cache_seconds"] = 300
    with site.served() as server:
        assert server.get(site.signed()).headers["cache-control"] == "private, max-age=300"


def test_simultaneous_requests_for_one_snapshot_are_painted_once(site: SnapshotSite) -> None:
    pictures = Pictures(Atlas(snapshots=site.engine), cache_seconds=0)
    query = b"center=1,2"

    async def all_at_once() -> None:
        found = await asyncio.gather(*(pictures.paint(pictures.read(query), NOON) for _ in range(20)))
        assert len({id(kept) for kept in found}) == 1

    asyncio.run(all_at_once())
    assert len(site.engine.painted) == 1


def test_the_cache_of_images_is_bounded(site: SnapshotSite) -> None:
    bodies = 20 * len(PNG)
    pictures = Pictures(Atlas(snapshots=site.engine), cache_seconds=0, most_bytes=bodies, most_urls_bytes=300_000)

    async def paint_many() -> None:
        for number in range(600):
            wish = pictures.read(b"center=1,2&z=%f" % (3 + number / 100))
            await pictures.paint(wish, NOON)
            assert pictures.weight <= bodies
            assert pictures.urls_weight <= 300_000
            assert pictures.recall(wish, NOON) is not None

    asyncio.run(paint_many())
    assert pictures.weight == bodies
    assert len(pictures._by_query) <= 300_000 // 1_500


def test_a_failed_painting_that_nobody_waits_for_is_not_logged(site: SnapshotSite) -> None:
    site.engine.error = UnavailableError("down")
    pictures = Pictures(Atlas(snapshots=site.engine), cache_seconds=0)

    async def leave() -> None:
        waiting = asyncio.create_task(pictures.paint(pictures.read(b"center=1,2"), NOON))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.sleep(0)

    asyncio.run(leave())


def test_the_version_of_the_map_is_cached_for_a_while(site: SnapshotSite) -> None:
    pictures = Pictures(Atlas(snapshots=site.engine), cache_seconds=0, look_every_s=60)

    async def paint() -> None:
        wish = pictures.read(b"center=1,2")
        kept = await pictures.paint(wish, NOON)
        site.engine.map_version = "2"
        assert pictures.recall(wish, NOON) is kept
        pictures._look_at = 0.0
        assert pictures.recall(wish, NOON) is None

    asyncio.run(paint())
