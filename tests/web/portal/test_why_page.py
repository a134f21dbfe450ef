"""The page Why this place?: how a text was read, the candidates, and the parts of each score."""

import html
from pathlib import Path

from small_map import a_town
from trigpoint.authority.opening import Authority
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.opening import Portal
from web.portal.browsing import BASE, Browser


def test_a_text_is_explained_beside_its_candidates(
    authority: Authority, ada: Browser, base: str, tmp_path: Path
) -> None:
    file = a_town().write(tmp_path / "town.osm")
    import_files(tmp_path / "places", [file], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    try:
        ada.app = Portal(authority, base_url=BASE, map_parts=MapParts(explain=engine.explain))
        text = html.unescape(ada.open(f"{base}/map/why?q=Landstrasse+8,+LI-9490+Vaduz&near=47.14,9.52").answer.text)
        wrong = html.unescape(ada.open(f"{base}/map/why?q=Vaduz&near=here").answer.text)
    finally:
        engine.close()
    assert "Landstrasse 8: ahead of the next by" in text
    assert "9490 is a postal code of Liechtenstein." in text
    assert 'data-label="House">+0.060<' in text
    assert "'Near' must be a latitude and a longitude" in wrong


def test_without_places_the_page_says_so_and_an_empty_form_searches_nothing(ada: Browser, base: str) -> None:
    assert "This installation has no places." in ada.open(f"{base}/map/why?q=Vaduz").answer.text
    assert "has no places" not in ada.open(f"{base}/map/why").answer.text


def test_a_text_longer_than_300_characters_is_refused_and_never_cut(ada: Browser, base: str) -> None:
    longest, longer = (ada.open(f"{base}/map/why?q={'x' * count}").answer.text for count in (300, 301))
    assert "This installation has no places." in longest
    assert "The search text may have at most 300 characters; this one has 301." in longer


def test_what_was_typed_is_shown_as_text(ada: Browser, base: str) -> None:
    assert "<b>" not in ada.open(f"{base}/map/why?q=%3Cb%3E&near=%3Cb%3E").answer.text
