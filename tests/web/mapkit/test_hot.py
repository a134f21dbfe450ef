"""The cache of recent tiles: access is checked each time, entries belong to one map, and the size is bounded."""

from dataclasses import replace

from conftest import FixedClock
from tiles_fakes import OSM_SET, WORLD_SET
from trigpoint.credentials.key import RevocationReason
from trigpoint.web.mapkit.answers import Answer
from trigpoint.web.mapkit.hot import ENTRY_BYTES, KEPT_S, HotAnswers, Kept
from web.mapkit.site import OPERATOR, TILE, MapSite


def test_a_tile_is_read_once_a_minute_and_for_each_map(site: MapSite, clock: FixedClock) -> None:
    assert site.engine is not None
    app, path = site.app, f"{TILE}?accessKey={site.access_key()}"

    def reads() -> int:
        assert site.engine is not None
        assert site.ask(path, app=app, accept_encoding="gzip").status_code == 200
        return len(site.engine.asked)

    assert [reads(), reads()] == [1, 1]
    etag = site.ask(path, app=app, accept_encoding="gzip").headers["etag"]
    assert site.ask(path, app=app, accept_encoding="gzip", if_none_match=etag).status_code == 304
    site.ask(path, app=app)
    assert len(site.engine.asked) == 2, "whoever takes no gzip gets a tile of its own"
    clock.now += KEPT_S - 0.5
    assert reads() == 2
    clock.now += 0.5
    assert reads() == 3
    site.engine.sets = (WORLD_SET, replace(OSM_SET, version="v2"))
    assert [reads(), reads()] == [4, 4]


def test_a_cached_tile_is_refused_without_a_valid_access_key(site: MapSite) -> None:
    app, path = site.app, f"{TILE}?accessKey={site.access_key()}"
    assert site.ask(path, app=app, accept_encoding="gzip").status_code == 200
    assert site.ask(TILE, app=app, accept_encoding="gzip").status_code == 401
    site.authority.keys.revoke(OPERATOR, site.key.key_id, reason=RevocationReason.COMPROMISED)
    assert site.ask(path, app=app, accept_encoding="gzip").status_code == 401


def test_the_cache_is_bounded_and_keeps_the_newest() -> None:
    hot = HotAnswers(100_000)
    for number in range(1_000):
        hot.keep(f"/ti/osm/14/{number}/1.mvt", Kept(None, 1.0, Answer(200, (), bytes(1_000)), b""))
        assert hot.weight <= 100_000
        assert hot.weight == len(hot) * (1_000 + ENTRY_BYTES)
    assert "/ti/osm/14/999/1.mvt" in hot
    hot.keep("/ti/osm/14/999/1.mvt", Kept(None, 1.0, Answer(200), b""))
    assert hot.weight == (len(hot) - 1) * (1_000 + ENTRY_BYTES) + ENTRY_BYTES
    hot.keep("large", Kept(None, 1.0, Answer(200, (), bytes(13_000)), b""))
    assert "large" not in hot, "one tile never takes the place of many"
