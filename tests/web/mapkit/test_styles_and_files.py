"""Styles, fonts and icons need an access key, the script does not; each is compressed and cached."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tiles_fakes import OSM_SET
from trigpoint.maps.style import SCHEMES, STYLES
from trigpoint.web.mapkit import assets
from web.mapkit.site import MapSite

CHUNK = "map-0a1b2c3d4e.mjs"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of files as the script's build leaves them."""
    folder = tmp_path / "static"
    (folder / "script" / "assets").mkdir(parents=True)
    for name in ("mapkit.js", "mapkit.core.js", f"assets/{CHUNK}"):
        for ending, text in (("", "plain"), (".br", "brotli"), (".gz", "gzipped")):
            (folder / "script" / (name + ending)).write_text(text)
    (folder / "script" / "secret.txt").write_text("not for reading")
    monkeypatch.setattr(assets, "static", lambda: folder)
    assets._read.cache_clear()
    yield folder
    assets._read.cache_clear()


@pytest.mark.parametrize("name", [f"{style}-{scheme}" for style in STYLES for scheme in SCHEMES])
def test_every_url_of_a_style_has_the_access_key(site: MapSite, name: str) -> None:
    key = site.access_key()
    answer = site.ask(f"/ti/style/{name}.json?lang=fi&accessKey={key}", accept_encoding="gzip")
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert answer.headers["cache-control"] == "private, no-store"
    style = answer.json()
    assert style["version"] == 8
    addresses = [tile for source in style["sources"].values() for tile in source.get("tiles", ())] + [style["sprite"]]
    assert {parse_qs(urlsplit(address).query)["accessKey"][0] for address in addresses} == {key}
    assert all(address.startswith("https://maps.example/base/ti/") for address in addresses)


def test_a_style_is_built_once_and_again_when_the_tiles_change(site: MapSite, monkeypatch: pytest.MonkeyPatch) -> None:
    from trigpoint.web.mapkit import styles

    made: list[object] = []
    real = styles.build_style
    monkeypatch.setattr(styles, "build_style", lambda **parts: made.append(parts) or real(**parts))
    assert site.engine is not None
    app, key = site.app, site.access_key()
    path = f"/ti/style/standard-light.json?lang=fi&accessKey={key}"
    first = site.ask(path, app=app)
    assert site.ask(path, app=app).content == first.content
    assert len(made) == 1
    site.engine.sets = (replace(OSM_SET, version="v2"),)
    assert "v=v2" in json.dumps(site.ask(path, app=app).json())
    site.ask(path.replace("lang=fi", "lang=sv"), app=app)
    assert len(made) == 3


def test_the_language_of_a_style_is_the_parameter_or_accept_language(site: MapSite) -> None:
    key = site.access_key()
    asked = site.ask(f"/ti/style/standard-light.json?lang=de&accessKey={key}").json()
    read = site.ask(f"/ti/style/standard-light.json?accessKey={key}", accept_language="de").json()
    assert asked == read
    odd = site.ask(f"/ti/style/standard-light.json?lang=*&accessKey={key}")
    assert odd.status_code == 400


def test_fonts_and_icons_need_an_access_key(site: MapSite) -> None:
    key = site.access_key()
    for path, kind in (
        ("/ti/fonts/inter-latin-400-normal.woff2", "font/woff2"),
        ("/ti/sprites/light.json", "application/json"),
        ("/ti/sprites/dark@2x.png", "image/png"),
    ):
        answer = site.ask(f"{path}?accessKey={key}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["cache-control"] == "private, no-cache"
        assert site.ask(f"{path}?accessKey={key}", if_none_match=answer.headers["etag"]).status_code == 304
        assert site.ask(path, if_none_match=answer.headers["etag"]).status_code == 401


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("version", ["5.x.x", "5.78.1", "6", "6.x.x", "6.0.12"])
def test_the_script_is_served_under_the_versions_that_pages_request(site: MapSite, version: str) -> None:
    for name in ("mapkit.js", "mapkit.core.js"):
        answer = site.ask(f"/mk/{version}/{name}")
        assert (answer.status_code, answer.text) == (200, "plain")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "path",
    ["4.x.x/mapkit.js", "7/mapkit.js", "6.x/mapkit.js", "6.0.x.1/mapkit.js", "6/mapkit.mjs", "6/secret.txt", "assets/none-0.mjs", "assets/..%2fmapkit.js", "assets/"],
)  # fmt: skip
def test_no_other_file_is_served(site: MapSite, path: str) -> None:
    assert site.ask(f"/mk/{path}").status_code == 404


@pytest.mark.usefixtures("files")
def test_a_chunk_is_immutable_and_sent_in_the_best_encoding(site: MapSite) -> None:
    plain = site.ask(f"/mk/assets/{CHUNK}")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    with_gzip = site.ask(f"/mk/assets/{CHUNK}", method="HEAD", accept_encoding="gzip")
    assert (with_gzip.headers["content-encoding"], with_gzip.headers["content-length"]) == ("gzip", "7")
    with_both = site.ask(f"/mk/assets/{CHUNK}", method="HEAD", accept_encoding="gzip, deflate, br, zstd")
    assert (with_both.headers["content-encoding"], with_both.headers["vary"]) == ("br", "accept-encoding")
    known = site.ask(f"/mk/assets/{CHUNK}", if_none_match=plain.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")


def test_a_file_that_is_not_there_yet_is_looked_for_again(site: MapSite, files: Path) -> None:
    assert site.ask("/mk/assets/late-1.mjs").status_code == 404
    (files / "script" / "assets" / "late-1.mjs").write_text("here")
    assert site.ask("/mk/assets/late-1.mjs").text == "here"
