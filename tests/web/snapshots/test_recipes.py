"""Code examples in nine languages: those whose language is installed are run, and the URLs they print give an image."""

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from snapshots_fakes import PNG
from trigpoint.credentials.snapshot_signature import SIGNATURE_LENGTH
from trigpoint.web.portal.frame.recipes import RECIPES, SAMPLES, SNAPSHOT_RECIPES, read_recipe, render_recipe
from web.portal.test_recipes import COMMANDS, HERE
from web.snapshots.site import SnapshotSite

BASE = "https://other.example"
EXPECTED = {"center": ["60.1699,24.9384"], "z": ["14"], "size": ["600x400"], "scale": ["2"]}


def command_of(language: str) -> list[str]:
    *program, file = COMMANDS[language]
    assert file == RECIPES[language].file
    return [*program, SNAPSHOT_RECIPES[language].file]


@pytest.mark.parametrize("language", HERE)
def test_the_url_of_an_example_gives_an_image(site: SnapshotSite, tmp_path: Path, language: str) -> None:
    key = site.key
    text = render_recipe(language, SNAPSHOT_RECIPES, team_id=key.team_id, key_id=key.key_id, base_url=BASE)
    (tmp_path / SNAPSHOT_RECIPES[language].file).write_text(text, encoding="utf-8")
    (tmp_path / f"AuthKey_{key.key_id}.p8").write_bytes(site.private.pem())
    with site.served() as server:
        for _ in range(3):  # r and s begin with zeros now and then
            done = subprocess.run(
                command_of(language), cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
            )
            assert done.returncode == 0, done.stderr
            url = done.stdout.strip()
            assert url.startswith(f"{BASE}/api/v1/snapshot?")
            answer = server.get(url.removeprefix(BASE))
            assert (answer.status, answer.body) == (200, PNG), answer.body
    fields = parse_qs(urlsplit(url).query)
    assert {name: fields[name] for name in EXPECTED} == EXPECTED
    assert len(fields["signature"][0]) == SIGNATURE_LENGTH
    (marker,) = site.engine.painted[0].markers
    assert marker.marker.glyph_text == "h"


@pytest.mark.parametrize("language", SNAPSHOT_RECIPES)
def test_an_example_has_the_ids_of_this_team_and_no_others(language: str) -> None:
    text = read_recipe(language, SNAPSHOT_RECIPES)
    for part in (*SAMPLES.values(), "AuthKey_", ".p8", "/api/v1/snapshot?", "&signature=", "teamId", "keyId"):
        assert part in text, part
    rendered = render_recipe(language, SNAPSHOT_RECIPES, team_id="AAAAAAAAAA", key_id="BBBBBBBBBB", base_url=BASE)
    assert not any(sample in rendered for sample in SAMPLES.values())
    assert all(own in rendered for own in ("AAAAAAAAAA", "BBBBBBBBBB", BASE))


def test_the_languages_are_those_of_tokens() -> None:
    assert list(SNAPSHOT_RECIPES) == list(RECIPES)


def test_a_url_as_mapsnap_writes_it_gives_an_image(site: SnapshotSite) -> None:
    """mapsnap 1.0.1 of PyPI has no wheel; what it does is `urlencode`, which writes blanks as `+`, and this order."""

    fields = {"teamId": site.key.team_id, "keyId": site.key.key_id, "center": "-21.208392,-47.788517", "size": "414x200", "scale": 2, "colorScheme": "dark", "poi": 1, "lang": "en-US", "annotations": '[{"color": "449944", "glyphText": "a", "markerStyle": "balloon", "point": "center"}]'}  # fmt: skip
    with site.served() as server:
        answer = server.get(site.raw_signed(urlencode(fields)))
    assert answer.status == 200
    assert site.engine.painted[0].size == (414, 200)
