"""The internals of uvicorn that our HTTP protocol uses are unchanged: look here first when a newer uvicorn fails.

`web/cycle.py` and `web/limits.py` subclass its parser, `web/flow.py` its flow control, `web/server.py` its supervisor, and
and `web/cycle.py` writes past its response. None of that is a public interface, so `pyproject.toml` has an upper bound.
To raise it: install the newer uvicorn, run this file and `tests/web`, and read uvicorn's changes to the files below.
"""

import ast
import inspect
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess, multiprocess

from trigpoint.web import server
from trigpoint.web.cycle import Cycle, QuickProtocol
from trigpoint.web.flow import HeldFlow
from trigpoint.web.limits import LimitedProtocol

ROOT = Path(__file__).resolve().parents[2]
OUR_OWN = {
    "limits", "flow", "_stopping", "_receiving", "_in_head", "_raw_bytes", "_field_room", "_body_bytes", "_unanswered",
    "_waiting_bytes", "_refusal", "_closing", "_timer", "_gone", "_turn", "_host", "_start", "_unread", "idle", "has_connection_field",
}  # fmt: skip


def attributes_set(kind: type) -> set[str]:
    """The attributes that a class gives its instances, and its methods."""
    source = inspect.getsource(kind)
    return set(re.findall(r"self\.(\w+)(?:: [^=\n]+)? = ", source)) | set(vars(kind))


def attributes_used(module: str, holder: str, *, within: str | None = None) -> set[str]:
    """The attributes of `holder` (`self`, `cycle`) that one of our modules uses, or one of its classes."""
    tree: ast.AST = ast.parse((ROOT / "src" / "trigpoint" / "web" / module).read_text())
    if within is not None:
        tree = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == within)
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == holder
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (LimitedProtocol, HttpToolsProtocol),
        (QuickProtocol, HttpToolsProtocol),
        (HeldFlow, FlowControl),
        (server.Supervisor, Multiprocess),
    ],
)
def test_overridden_methods_exist_with_the_same_parameters(ours: type, theirs: type) -> None:
    shared = [name for name, member in vars(ours).items() if inspect.isfunction(member) and hasattr(theirs, name)]
    assert shared
    for name in shared:
        if name in {"__init__", "eof_received"}:
            continue
        assert list(inspect.signature(getattr(ours, name)).parameters) == list(
            inspect.signature(getattr(theirs, name)).parameters
        ), name


def test_protocol_and_supervisor_have_the_expected_constructors() -> None:
    parameters = inspect.signature(HttpToolsProtocol).parameters
    assert list(parameters) == ["config", "server_state", "app_state", "_loop"]
    assert list(inspect.signature(Multiprocess).parameters)[:2] == ["config", "sockets"]
    assert {"should_exit", "processes"} <= attributes_set(Multiprocess)


def test_the_pipe_to_a_worker_has_the_methods_that_the_supervisor_calls() -> None:
    called = set(re.findall(r"parent_conn\.(\w+)\(", inspect.getsource(multiprocess)))
    assert called == {"send", "poll", "recv", "close"}


def test_attributes_that_our_protocol_reads_of_its_base_exist() -> None:
    used = attributes_used("limits.py", "self") - OUR_OWN - set(vars(LimitedProtocol))
    used.discard("explain")  # of Limits
    used -= {name for name in used if name.endswith(("_bytes", "_seconds", "max_connections"))}
    assert {"transport", "cycle", "url", "headers", "scope", "parser"} <= used
    assert used <= attributes_set(HttpToolsProtocol), used - attributes_set(HttpToolsProtocol)


def test_attributes_that_a_complete_response_uses_exist() -> None:
    used = attributes_used("cycle.py", "self", within="Cycle") | attributes_used("limits.py", "cycle")
    assert {"response_started", "transport", "on_response", "keep_alive"} <= used
    assert used <= attributes_set(RequestResponseCycle), used - attributes_set(RequestResponseCycle)
    assert STATUS_LINE[200] == b"HTTP/1.1 200 OK\r\n"


def test_attributes_that_our_protocol_and_cycle_use_exist() -> None:
    used = attributes_used("cycle.py", "self", within="QuickProtocol") | attributes_used("cycle.py", "protocol")
    used -= set(vars(QuickProtocol)) | {"_parsing", "_next", "idle", "has_connection_field"}
    assert {"server_state", "access_log", "expect_100_continue", "pipeline", "tasks"} <= used
    assert used <= attributes_set(HttpToolsProtocol), used - attributes_set(HttpToolsProtocol)


def test_our_cycle_sets_what_the_constructor_of_its_base_sets() -> None:
    """It does not call that constructor: every request makes a cycle."""

    def assigned(kind: type) -> set[str]:
        return set(re.findall(r"self\.(\w+)(?:: [^=\n]+)? = ", inspect.getsource(kind.__init__)))  # type: ignore[misc]

    assert assigned(Cycle) == assigned(RequestResponseCycle)
    parameters = inspect.signature(RequestResponseCycle).parameters
    assert set(parameters) - assigned(Cycle) == {"expect_100_continue"}  # it is `waiting_for_100_continue`


def test_the_version_bound_allows_the_tested_version_and_no_later_one() -> None:
    server_extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["server"]
    bound = next(one for one in server_extra if one.startswith("uvicorn"))
    major, minor, *_ = version("uvicorn").split(".")
    assert bound.endswith(f"<{major}.{int(minor) + 1}"), bound
