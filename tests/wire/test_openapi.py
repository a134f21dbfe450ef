"""The OpenAPI document agrees with the code that it describes."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.credentials import snapshot_url
from trigpoint.web.v1.endpoints import ENDPOINTS
from trigpoint.wire import bootstrap, embed, snapshot
from trigpoint.wire.openapi import OPERATIONS, PARAMETERS, make_document, render_openapi
from trigpoint.wire.openapi_maps import BOOTSTRAP, EMBED, MAP, PAGE, PLACE
from trigpoint.wire.openapi_snapshot import CREDENTIAL, PATH, PICTURE
from trigpoint.wire.parameters import Parameters

DOCUMENT: Any = make_document()
ENOUGH = {
    "q": "x",
    "loc": "1,2",
    "id": "I44DB04166AB43CD4",
    "ids": "I44DB04166AB43CD4",
    "origin": "1,2",
    "destination": "1,2",
    "destinations": "1,2",
}


class Recorded(dict[str, list[str]]):
    """Values of parameters that remember which were looked at."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        super().__init__(values)
        self.seen: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


class Recording(Parameters):
    """Remembers which parameters were looked at."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        super().__init__(values)
        self._values: Recorded = Recorded(self._values)

    @property
    def seen(self) -> set[str]:
        return self._values.seen


def described(path: str) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in DOCUMENT["paths"][path]["get"]["parameters"]}


def test_every_endpoint_is_described_and_no_other() -> None:
    assert set(DOCUMENT["paths"]) == {endpoint.path for endpoint in ENDPOINTS} | {"/v1/token", PATH, BOOTSTRAP, *EMBED}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_an_endpoint_reads_exactly_the_parameters_described(endpoint: Any) -> None:
    recording = Recording({name: [value] for name, value in ENOUGH.items()})
    endpoint.parse(recording)
    assert recording.seen == set(described(endpoint.path))


def test_a_snapshot_reads_exactly_the_parameters_described() -> None:
    recording = Recording({"center": ["1,2"]})
    snapshot.parse(recording)
    assert recording.seen == set(PICTURE)
    assert set(CREDENTIAL) | {"signature", "token"} == snapshot_url.PARAMETERS
    assert snapshot_url.PATH == PATH
    assert set(described(PATH)) == set(PICTURE | CREDENTIAL)


@pytest.mark.parametrize(
    ("path", "parse", "enough"), [(PLACE, embed.parse_place, "place"), (MAP, embed.parse_map, "center")]
)
def test_an_embedded_map_reads_exactly_the_parameters_described(path: str, parse: Any, enough: str) -> None:
    recording = Recording({enough: ["1,2"]})
    parse(recording)
    assert recording.seen == set(EMBED[path]) == set(described(path))


def test_a_bootstrap_reads_exactly_the_parameters_described() -> None:
    recording = Recording({})
    bootstrap.parse(recording)
    assert recording.seen == set(PAGE)
    assert set(described(BOOTSTRAP)) == {*PAGE, "X-Maps-Access-Token"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_exactly_the_parameters_described_as_required_are(endpoint: Any) -> None:
    for name, parameter in described(endpoint.path).items():
        without = Parameters({key: [value] for key, value in ENOUGH.items() if key != name})
        if parameter["required"]:
            with pytest.raises(InvalidError, match=f"Parameter '{name}' must be"):
                endpoint.parse(without)
        elif name != "q":  # of a search: required unless a page token comes
            endpoint.parse(without)


def words_of(path: str) -> Iterator[tuple[str, str]]:
    for name, parameter in described(path).items():
        schema = parameter["schema"]
        for word in schema.get("enum") or schema.get("items", {}).get("enum", ()):
            yield name, word


WISHES = {"avoid"}
"""Parameters whose unknown words are ignored, and noted for the log."""


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_every_described_enum_value_is_understood_and_similar_ones_are_not(endpoint: Any) -> None:
    for name, word in words_of(endpoint.path):
        more = {"resultTypeFilter": "address"} if "AddressCategories" in name else {}
        endpoint.parse(Parameters({key: [value] for key, value in (ENOUGH | more | {name: word}).items()}))
        neighbour = Parameters({key: [value] for key, value in (ENOUGH | {name: word + "x"}).items()})
        if name in WISHES:
            endpoint.parse(neighbour)
            assert neighbour.ignored == [f"'{name}' has unknown values, which were ignored: {word}x"]
            continue
        with pytest.raises(InvalidError, match=f"Parameter '{name}' must be"):
            endpoint.parse(neighbour)


def test_every_parameter_in_the_table_is_used() -> None:
    used = {written.removesuffix("!") for operation in OPERATIONS for written in operation.parameters.split()}
    assert used == set(PARAMETERS)


def test_no_schema_admits_null() -> None:
    assert '"null"' not in render_openapi().decode()
    assert "null" not in json.dumps(DOCUMENT["components"]).replace("never null", "")


def test_the_schemas_are_valid_and_use_apples_names() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    jsonschema_rs.validator_for(
        {"$ref": "#/components/schemas/PlacesResponse"} | {"components": DOCUMENT["components"]}
    )
    apples = {"Place", "StructuredAddress", "MapRegion", "Location", "PaginationInfo", "Route", "Step", "Eta"}
    assert apples <= set(schemas)
    assert {"PlaceLookupError", "TokenResponse", "ErrorResponse", "SearchResponse"} <= set(schemas)
    assert not {name for name in schemas if name.endswith("Body")} - {"ErrorBody"}
    assert len(schemas["SearchResponsePlace"]["properties"]["poiCategory"]["$ref"]) > 0
    assert len(schemas["PoiCategory"]["enum"]) == 77
