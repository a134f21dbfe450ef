"""The explanation of a search, over the management API and in the portal."""

from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor, Role
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.web.manage.app import build_manage
from web.manage.callers import Caller, a_world


def test_a_text_is_explained(authority: Authority, operator: Actor, tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "town.osm")
    import_files(tmp_path / "places", [file], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    try:
        caller = a_world(build_manage(authority, explain=engine.explain), authority, operator).caller(Role.VIEWER)
        told = caller.get("places/explanation?q=Landstrasse+8,+Vaduz&near=47.14,9.52").json()
        refused = caller.get("places/explanation?q=Vaduz&near=here")
    finally:
        engine.close()
    best = told["candidates"][0]
    assert (best["name"], best["source"], best["foundBy"]) == ("Landstrasse 8", "extract", "every telling word")
    assert sum(best["parts"].values()) == pytest.approx(best["score"], abs=0.004)
    assert told["decided"].startswith("Landstrasse 8: ahead of the next by")
    assert refused.status_code == 400


@pytest.mark.parametrize(("letters", "status"), [(1, 200), (1_024, 200), (1_025, 400), (0, 400)])
def test_a_text_has_1_to_1024_characters(admin: Caller, letters: int, status: int) -> None:
    answer = admin.get("places/explanation", params={"q": "x" * letters})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["rule"] == "must be 1 to 1,024 characters long"
