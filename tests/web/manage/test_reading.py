"""The page that documents the API: complete, self-contained, and under a strict policy."""

import re

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor, Role
from trigpoint.web.manage.app import build_manage
from web.manage.callers import World, a_world


def test_the_page_has_every_operation(world: World) -> None:
    document = world.outsider.get("/manage/openapi.json").json()
    page = world.outsider.get("/manage/docs").text
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len(operations) > 30
    for operation in operations:
        assert f'<article id="{operation["operationId"]}">' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_field_of_the_page_has_a_label(world: World) -> None:
    page = world.outsider.get("/manage/docs").text
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert fields
    assert set(fields) == set(re.findall(r'<label for="([^"]+)"', page))
    assert set(re.findall(r'aria-describedby="([^"]+)"', page)) <= set(re.findall(r'<span id="([^"]+)"', page))


def test_the_page_has_no_inline_script_or_style_and_loads_nothing_from_elsewhere(world: World) -> None:
    answer = world.outsider.get("/manage/docs")
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", answer.text) == []
    assert re.findall(r'(?:src|href)="(?!docs\.|openapi\.json"|#|data:,")[^"]*"', answer.text) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/manage/docs.css", "text/css; charset=utf-8"),
        ("/manage/docs.js", "text/javascript; charset=utf-8"),
        ("/manage/openapi.json", "application/vnd.oai.openapi+json"),
        ("/manage/docs", "text/html; charset=utf-8"),
    ],
)
def test_each_file_of_the_page_has_its_type(world: World, path: str, kind: str) -> None:
    answer = world.outsider.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_path_without_slash_redirects_to_the_page(world: World) -> None:
    answer = world.outsider.get("/manage")
    assert (answer.status_code, answer.headers["location"]) == (302, "/manage/docs")


def test_below_a_path_the_page_and_locations_stay_below_it(authority: Authority, operator: Actor) -> None:
    """A proxy maps https://example.com/maps/ to / of this server."""
    app = build_manage(authority, base_url="https://example.com/maps")
    world = a_world(app, authority, operator)
    assert world.outsider.get("/manage").headers["location"] == "/maps/manage/docs"
    created = world.caller(Role.ADMIN).post(
        f"teams/{world.team}/maps-ids", {"mapsId": "maps.com.example.below", "description": "Below"}
    )
    assert created.headers["location"] == "/maps/manage/v1/maps-ids/maps.com.example.below"
    page = world.outsider.get("/manage/docs").text
    assert re.findall(r'(?:src|href)="/[^"]*"', page) == []


def test_the_example_of_a_body_is_valid(world: World) -> None:
    page = world.outsider.get("/manage/docs").text
    example = re.search(r'<textarea id="register_maps_id-body"[^>]*>([^<]*)</textarea>', page)
    assert example is not None
    assert "maps.com.mycompany.mywebsite" in example[1]


def test_the_choices_of_a_field_are_offered(world: World) -> None:
    page = world.outsider.get("/manage/docs").text
    for field, choice in [
        ("count_team_calls-by", "mapsId"),
        ("count_team_calls-per", "month"),
        ("list_keys-state", "revoked"),
    ]:
        select = re.search(rf'<select id="{field}".*?</select>', page, re.DOTALL)
        assert select is not None, field
        assert f"<option>{choice}</option>" in select[0]


def test_repeatable_parameters_are_lists_and_code_is_marked_up(world: World) -> None:
    page = world.outsider.get("/manage/docs").text
    assert re.search(r'<select id="count_team_calls-by" name="by" data-place="query" multiple', page)
    assert "<code>csv</code> gives the whole report as CSV" in page
    assert "`" not in re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)
