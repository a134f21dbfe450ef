"""`/manage/docs`: the documentation of the management API, with forms to try it, made from its OpenAPI document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined
from litestar import Litestar, Response, get
from litestar.enums import OpenAPIMediaType
from litestar.response import Redirect
from markupsafe import Markup, escape

from trigpoint.web.manage.holders import AnyRequest, serving_of
from trigpoint.web.manage.problems import MEANINGS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Json = Mapping[str, object]
Document = dict[str, Any]
"""An OpenAPI document, as the framework writes it."""
_PAGE = re.compile(r"Page_(?:\w+\.)+(\w+)_(?=\")")


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of an operation."""

    name: str
    place: str
    required: bool
    description: str
    choices: tuple[str, ...]
    default: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    fields: tuple[Field, ...]
    media_type: str
    body: str
    answers: tuple[tuple[str, str], ...]
    is_open: bool


@get("/manage", include_in_schema=False)
async def redirect_to_docs() -> Redirect:
    """Redirect to the documentation."""
    return Redirect("/manage/docs")


@get("/manage/openapi.json", include_in_schema=False, media_type=OpenAPIMediaType.OPENAPI_JSON)
async def show_document(request: AnyRequest) -> Response[bytes]:
    """Send the OpenAPI 3.1 document."""
    return Response(write_document(request.app, serving_of(request).base_url))


@get("/manage/docs", include_in_schema=False, media_type="text/html")
async def show_docs(request: AnyRequest) -> Response[str]:
    """Send the documentation page."""
    return Response(write_page(request.app), headers=HEADERS)


@get("/manage/docs.css", include_in_schema=False, media_type="text/css")
async def show_style() -> Response[str]:
    """Send the style sheet of the page."""
    return Response(read_file("docs.css"), headers={"Cache-Control": "public, max-age=300"})


@get("/manage/docs.js", include_in_schema=False, media_type="text/javascript")
async def show_script() -> Response[str]:
    """Send the script of the page."""
    return Response(read_file("docs.js"), headers={"Cache-Control": "public, max-age=300"})


@cache
def write_document(app: Litestar, base_url: str) -> bytes:
    """Encode the OpenAPI document, once for each application and base URL."""
    return msgspec.json.encode(read_document(app) | {"servers": [{"url": base_url}]})


@cache
def read_document(app: Litestar) -> Document:
    """Give the OpenAPI document; schemas of pages have short names such as `Page_Team`, without module names."""
    text = msgspec.json.encode(app.openapi_schema.to_schema()).decode()
    document: Document = msgspec.json.decode(_PAGE.sub(r"Page_\1", text))
    return document


@cache
def write_page(app: Litestar) -> str:
    """Render the page, once for each application."""
    document = read_document(app)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["code"] = mark_code
    sections: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for tag, operation in read_operations(document):
        sections[tag].append(operation)
    return environment.from_string(read_file("docs.html")).render(
        info=document["info"],
        sections=sections,
        purposes={tag["name"]: tag["description"] for tag in document["tags"]},
        problems=MEANINGS,
    )


def mark_code(text: str) -> Markup:
    """Convert a sentence to HTML, with text between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 (it is escaped)


def read_operations(document: Mapping[str, Json]) -> Iterator[tuple[str, Operation]]:
    """Read every operation of an OpenAPI document, with its tag."""
    schemas = document["components"]["schemas"]
    assert isinstance(schemas, dict)  # noqa: S101 (the framework writes it so)
    for path, methods in document["paths"].items():
        assert isinstance(methods, dict)  # noqa: S101 (as above)
        for method, found in methods.items():
            media_type, body = read_body(found.get("requestBody"), schemas)
            summary, _, rest = found["description"].partition("\n")
            yield (
                found["tags"][0],
                Operation(
                    name=found["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=summary,
                    description=" ".join(rest.split()),
                    fields=tuple(read_field(field, schemas) for field in found.get("parameters", [])),
                    media_type=media_type,
                    body=body,
                    answers=tuple((code, answer["description"]) for code, answer in found["responses"].items()),
                    is_open="security" not in found,
                ),
            )


def read_field(field: Mapping[str, object], schemas: Mapping[str, Json]) -> Field:
    """Read one parameter."""
    schema = field.get("schema", {})
    assert isinstance(schema, dict)  # noqa: S101 (as above)
    kinds = [schema, *schema.get("oneOf", [])]
    kinds += [kind["items"] for kind in kinds if "items" in kind]
    kinds += [schemas[kind["$ref"].rsplit("/", 1)[-1]] for kind in kinds if "$ref" in kind]
    choices: list[object] = next((kind["enum"] for kind in kinds if "enum" in kind), [])
    return Field(
        name=str(field["name"]),
        place=str(field["in"]),
        required=bool(field.get("required")),
        description=str(field.get("description") or schema.get("description") or ""),
        choices=tuple(str(choice) for choice in choices if choice is not None),
        default=str(schema.get("default") or ""),
        is_list=any(kind.get("type") == "array" for kind in kinds),
    )


def read_body(body: Mapping[str, object] | None, schemas: Mapping[str, Json]) -> tuple[str, str]:
    """Give the media type and an example of a request body; both are empty without a body."""
    if body is None:
        return "", ""
    content = body["content"]
    assert isinstance(content, dict)  # noqa: S101 (as above)
    media_type, found = next(iter(content.items()))
    example = example_of(found["schema"], schemas)
    if media_type == "application/json":
        return media_type, json.dumps(example, indent=2)
    assert isinstance(example, dict)  # noqa: S101 (as above)
    return media_type, "&".join(f"{name}={value}" for name, value in example.items())


def example_of(schema: Json, schemas: Mapping[str, Json]) -> object:
    """Make an example of a schema: its required members, each with its own example."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return example_of(schemas[reference.rsplit("/", 1)[-1]], schemas)
    for name in ("examples", "enum"):
        given = schema.get(name)
        if isinstance(given, list) and given:
            return given[0]
    if schema.get("type") == "object":
        members, required = schema.get("properties", {}), schema.get("required", [])
        assert isinstance(members, dict)  # noqa: S101 (as above)
        assert isinstance(required, list)  # noqa: S101 (as above)
        return {name: example_of(members[name], schemas) for name in members if name in required}
    return {"integer": 25_000, "boolean": True, "array": []}.get(str(schema.get("type")), "…")


@cache
def read_file(name: str) -> str:
    """Read a file of the page."""
    return (files("trigpoint.web.manage") / "page" / name).read_text(encoding="utf-8")


HANDLERS = (redirect_to_docs, show_document, show_docs, show_style, show_script)
