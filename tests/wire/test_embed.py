"""URLs of embedded maps: their parameters, and the error for each broken rule."""

import json
from typing import Any

import pytest

from places_fakes import a_place, an_id
from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.wire import embed
from trigpoint.wire.embed import EmbedQuery, Pin, Scheme, parse_map, parse_place, render, within_html
from trigpoint.wire.parameters import Parameters


def a_map(**fields: str) -> EmbedQuery:
    return parse_map(Parameters({name: [text] for name, text in fields.items()}))


def test_a_url_in_apples_form_is_parsed_completely() -> None:
    pins = json.dumps([{"place": an_id(1)}, {"place": an_id(2), "selected": 1}])
    query = a_map(center="60.1,24.9", cameraDistance="1500.5", annotations=pins, colorScheme="adaptive", lang="fi")
    assert query == EmbedQuery(
        center=Point(60.1, 24.9),
        camera_distance=1500.5,
        pins=(Pin(an_id(1), None, "", selected=False), Pin(an_id(2), None, "", selected=True)),
        scheme=Scheme.ADAPTIVE,
        lang="fi",
    )
    assert query.places is not None
    assert query.places.unverified_ids == (an_id(1), an_id(2))


def test_a_pin_may_be_a_coordinate_with_a_title() -> None:
    (pin,) = a_map(annotations='[{"coordinate":"60.1,24.9","title":"<b>Ours</b>","selected":true}]').pins
    assert pin == Pin(None, Point(60.1, 24.9), "<b>Ours</b>", selected=True)
    assert a_map(annotations='[{"coordinate":"60.1,24.9"}]').places is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Parameter 'center' must be given if there are no annotations, for example '60.1699,24.9384'"),
        ({"center": "NaN,NaN"}, "Parameter 'center' must be 'latitude,longitude' in degrees"),
        ({"center": "91,0"}, "Parameter 'center' must be 'latitude,longitude' in degrees"),
        ({"center": "1,2", "cameraDistance": "NaN"}, "Parameter 'cameraDistance' must be metres from 50 to 40,000,000"),
        ({"center": "1,2", "cameraDistance": "-1"}, "got '-1'"),
        ({"center": "1,2", "cameraDistance": "49"}, "got '49'"),
        ({"center": "1,2", "cameraDistance": "1e400"}, "got '1e400'"),
        ({"center": "1,2", "cameraDistance": "40000001"}, "got '40000001'"),
        (
            {"center": "1,2", "colorScheme": "pink"},
            "Parameter 'colorScheme' must be one of 'light', 'dark', 'adaptive'",
        ),
        ({"annotations": "{}"}, "Parameter 'annotations' must be a JSON array of at most 50 objects"),
        ({"annotations": "[" * 5000}, "Parameter 'annotations' must be a JSON array"),
        ({"annotations": "[NaN]"}, "Parameter 'annotations' must be a JSON array"),
        ({"annotations": json.dumps([{"place": "x"}] * 51)}, "got '51 objects'"),
        ({"annotations": "[" + " " * 65_536 + "]"}, "at most 65,536 characters long"),
        (
            {"annotations": "[{}]"},
            "Parameter 'annotations[0].place' must be a Place ID, unless there is a 'coordinate'",
        ),
        ({"annotations": '[{"place":{}}]'}, "Parameter 'annotations[0].place' must be a Place ID"),
        ({"annotations": '[{"coordinate":"1"}]'}, "Parameter 'annotations[0].coordinate' must be 'latitude,longitude'"),
        ({"annotations": '[{"place":"I1","selected":"perhaps"}]'}, "'annotations[0].selected' must be 1 or 0"),
        (
            {"annotations": json.dumps([{"coordinate": "1,2", "title": "x" * 201}])},
            "'annotations[0].title' must be text",
        ),
    ],
)
def test_each_broken_rule_is_reported(fields: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidError) as caught:
        a_map(**fields)
    assert told in str(caught.value)


@pytest.mark.parametrize("distance", ["50", "40000000"])
def test_camera_distances_at_both_bounds_are_accepted(distance: str) -> None:
    assert a_map(center="1,2", cameraDistance=distance).camera_distance == float(distance)


def test_one_place_needs_its_id() -> None:
    with pytest.raises(InvalidError, match="Parameter 'place' must be given"):
        parse_place(Parameters({}))
    query = parse_place(Parameters({"place": [an_id(1)]}, accept_language="de"))
    assert (query.pins, query.lang, query.scheme) == ((Pin(an_id(1), None, "", selected=True),), "de", Scheme.LIGHT)


def shown(query: EmbedQuery, *places: Any) -> Any:
    return json.loads(render(query, places, is_card=False))


def test_of_several_selected_pins_the_first_is_selected_and_unknown_places_are_left_out() -> None:
    pins = [
        {"place": an_id(9), "selected": 1},
        {"place": an_id(1), "selected": 1},
        {"coordinate": "1,2", "selected": 1},
    ]
    told = shown(a_map(annotations=json.dumps(pins)), a_place(1))
    assert [(pin["title"], pin.get("selected", False)) for pin in told["pins"]] == [
        ("12 Rue Grimaldi", True),
        ("", False),
    ]
    assert told["pins"][0]["subtitle"] == "98000 Monaco, Monaco"


def test_json_inside_html_cannot_close_an_element() -> None:
    json_text = within_html(
        render(a_map(annotations='[{"coordinate":"1,2","title":"</script><!--&"}]'), (), is_card=False)
    )
    assert b"<" not in json_text
    assert b">" not in json_text
    assert json.loads(json_text)["pins"][0]["title"] == "</script><!--&"


def test_an_address_in_one_line_does_not_repeat_the_name() -> None:
    assert embed.address_line(a_place()) == "98000 Monaco, Monaco"
    assert embed.address_line(a_place(name="Café")) == "12 Rue Grimaldi, 98000 Monaco, Monaco"
