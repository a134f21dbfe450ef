"""Schemathesis against the OpenAPI document: no server error, and no undocumented response."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from running import a_running_app
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.credentials.roles import Actor
from trigpoint.web.manage.app import build_manage
from web.manage.callers import Caller, World, a_world

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    ignored_auth,
    unsupported_method,
]
DOCUMENT = Caller(build_manage(cast("Authority", None))).get("/manage/openapi.json").json()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    authority = open_authority(home=tmp_path_factory.mktemp("openapi"))
    yield a_world(build_manage(authority, limit=10**9), authority, Actor.as_operator("test"))
    authority.close()


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with a_running_app(world.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def api_token(world: World) -> str:
    return str(world.installation().token)


@SCHEMA.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_every_response_is_documented(case: Case, address: str, api_token: str, world: World) -> None:
    known = world.ids  # in place of half of those that Schemathesis makes up
    for values in (case.path_parameters, case.query):
        for name in known.keys() & set(values or ()):
            if values and len(str(values[name])) % 2 == 0:
                values[name] = known[name]
    case.call_and_validate(base_url=address, headers={"Authorization": f"Bearer {api_token}"}, checks=CHECKS)


def test_the_names_of_schemas_contain_no_module() -> None:
    names = set(DOCUMENT["components"]["schemas"])
    assert {"Key", "Page_Key", "Page_UsageLine"} <= names
    assert [name for name in names if "." in name] == []


def test_the_document_is_openapi_31() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert all(
        operation["operationId"] and operation["description"] and operation["tags"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
    )
