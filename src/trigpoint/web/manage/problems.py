"""Errors of the management API as problem details (RFC 9457, `application/problem+json`)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import ParamType
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import ParameterKwarg

from trigpoint.base.errors import InvalidError, TrigpointError, shorten
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.verdict import RefusedError
from trigpoint.web.asgi import has_hung_up
from trigpoint.web.errors import is_about_presented, kind_of, retry_after
from trigpoint.web.log_lines import log_request
from trigpoint.web.manage.responses import Problem, WrongValue

MEDIA_TYPE = "application/problem+json"
TYPES = "/manage/docs#problem-"
"""Prefix of the problem types: a relative reference to their explanation (RFC 9457 §3.1.1)."""

MEANINGS: dict[str, str] = {
    "invalid": "A value is invalid. `errors` has its name, the rule, an example and the value received.",
    "unauthorized": "The API token is missing, wrong, expired or revoked. `code` names the reason.",
    "forbidden": "The token's role may not do this.",
    "not-found": "It does not exist, or this token may not see it.",
    "method-not-allowed": "The path does not support this method; `Allow` lists the supported ones.",
    "conflict": "The change conflicts with the current state; `detail` says why.",
    "already-created": "The same request was made before with the same Idempotency-Key. `subject` is the ID of what it "
    "created; a private key is only in the first response.",
    "stale": "It was changed since the ETag in If-Match. Read it again, then decide.",
    "idempotency-key-reused": "The Idempotency-Key was used before, for a different request.",
    "precondition-required": "An edit needs If-Match with the ETag of the last response.",
    "too-many-requests": "Too many requests; Retry-After has the number of seconds to wait.",
    "internal": "An error of the server. The log has the details, with the request ID.",
    "unavailable": "A part of the server is down. Try again shortly.",
}
"""Every problem type with its meaning, for the documentation."""

_DESCRIPTIONS = {
    400: "A value is invalid",
    401: "The API token is missing, wrong, expired or revoked",
    403: "The token's role may not do this",
    404: "It does not exist, or this token may not see it",
    409: "The change conflicts with the current state",
    412: "It was changed since the ETag in If-Match",
    422: "The Idempotency-Key was used before, for a different request",
    428: "If-Match is missing",
    429: "Too many requests",
    503: "A part of the server is down",
}
_AnyRequest = TypeVar("_AnyRequest", bound=Request[object, object, State])


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Document the error statuses of an operation; 401, 429 and 503 are added, since every operation can have them."""
    return public_problems(401, *statuses, 429, 503)


def public_problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Document the error statuses of an operation that needs no API token."""
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=_DESCRIPTIONS[status], media_type=MEDIA_TYPE)
        for status in statuses
    }


def tell_problem(request: _AnyRequest, error: Exception) -> Response[bytes]:
    """Turn an error into its response, and log it with the request ID."""
    request_id = str(request.scope["state"].get("request_id", ""))
    problem, headers = to_problem(error, names=_names_of_parameters(request))
    problem = msgspec.structs.replace(problem, instance=f"urn:uuid:{request_id}" if request_id else None)
    is_ours = problem.status == 500 and not has_hung_up(error)
    fields = {
        "requestId": request_id,
        "status": problem.status,
        "method": request.method,
        "path": shorten(request.scope["path"], limit=200),
        "code": type(error).__name__,
    }
    level = logging.ERROR if is_ours else logging.INFO
    log_request(level, "%s %d %s %s: %s", fields, error=error if is_ours else None)
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers)
    )


def to_problem(error: Exception, *, names: Mapping[str, str]) -> tuple[Problem, Mapping[str, str]]:
    """Give problem details and headers of an error. `names` maps parameters of the code to their names in requests."""
    kind = kind_of(error)
    if kind is not None and isinstance(error, TrigpointError):
        return _problem(error, kind.status, kind.name.replace("_", "-")), _headers_of(error)
    if isinstance(error, HTTPException):
        return _problem_of_http(error, names)
    if isinstance(error, RecursionError):  # raised by the JSON parser
        return Problem(TYPES + "invalid", HTTPStatus(400).phrase, 400, "The body is nested too deeply."), {}
    return Problem(TYPES + "internal", HTTPStatus(500).phrase, 500, MEANINGS["internal"]), {}


def _problem(error: TrigpointError, status: int, name: str) -> Problem:
    problem = Problem(TYPES + name, HTTPStatus(status).phrase, status, str(error))
    if isinstance(error, InvalidError):
        received = None if error.received is None else shorten(error.received)
        wrong = WrongValue(error.name, f"must be {error.rule}", example=str(error.example), received=received)
        return msgspec.structs.replace(problem, errors=[wrong])
    if isinstance(error, RefusedError):
        return msgspec.structs.replace(problem, code=error.reason.code, hint=error.hint)
    if isinstance(error, RepeatedError):
        return msgspec.structs.replace(problem, subject=error.subject)
    return problem


def _names_of_parameters(request: _AnyRequest) -> Mapping[str, str]:
    """Map the names of query parameters and headers in the code to their names in requests, and `data` to the body's members."""
    handler = request.scope.get("route_handler")
    if handler is None:
        return {}
    signatures = [
        handler.parsed_fn_signature,
        *(p.parsed_fn_signature for p in handler.resolve_dependencies().values()),
    ]
    fields = [field for signature in signatures for field in signature.parameters.values()]
    names = {
        field.name: field.kwarg_definition.name
        for field in fields
        if isinstance(field.kwarg_definition, ParameterKwarg) and field.kwarg_definition.name
    }
    bodies = [field.annotation for field in fields if field.name == "data"]
    for body in bodies:
        if isinstance(body, type) and issubclass(body, msgspec.Struct):
            names["data"] = ", ".join(member.encode_name for member in msgspec.structs.fields(body))
    return names


def _wrong_of_framework(item: Mapping[str, object], names: Mapping[str, str]) -> WrongValue:
    """Translate an invalid value that the framework found in a body or a parameter."""
    name, rule = str(item.get("key", "body")), str(item.get("message", "is wrong"))
    if item.get("source") in {ParamType.QUERY, ParamType.HEADER}:
        name = names.get(name, name)
    if name != "data":
        return WrongValue(name, rule.removesuffix("."))
    return WrongValue("body", rule.removesuffix("."), example=names.get("data"))


def _headers_of(error: TrigpointError) -> Mapping[str, str]:
    if isinstance(error, RefusedError):
        wrong = ', error="invalid_token"' if is_about_presented(error) else ""
        return {"www-authenticate": f'Bearer realm="trigpoint manage"{wrong}'}
    seconds = retry_after(error)
    return {} if seconds is None else {"retry-after": str(seconds)}


def _problem_of_http(error: HTTPException, parameters: Mapping[str, str]) -> tuple[Problem, Mapping[str, str]]:
    """Translate an error of the framework: invalid JSON, a value of the wrong type, an unknown path or method."""
    status = error.status_code
    names = {404: "not-found", 405: "method-not-allowed"}
    name = "internal" if status >= 500 else names.get(status, "invalid")
    status = status if status in {404, 405, 413} or status >= 500 else 400
    problem = Problem(
        TYPES + name, HTTPStatus(status).phrase, status, MEANINGS[name] if status >= 500 else error.detail
    )
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        wrong = [_wrong_of_framework(item, parameters) for item in error.extra if isinstance(item, dict)]
        problem = msgspec.structs.replace(problem, detail="A value is invalid; 'errors' says which.", errors=wrong)
    elif status == 400 and isinstance(error.__cause__, SerializationException):
        problem = msgspec.structs.replace(problem, detail=f"The body cannot be read: {error.detail}.")
    elif status == 404:
        problem = msgspec.structs.replace(problem, detail="There is nothing at this path.")
    return problem, {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
