"""One table says which status an error has; v1, the management API, the portal and the command line agree on it."""

from litestar.exceptions import NotFoundException

from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError, StaleError, UnavailableError
from trigpoint.cli.output import ExitCode, exit_code
from trigpoint.credentials.once import RepeatedError
from trigpoint.web import errors
from trigpoint.web.errors import KINDS, kind_of
from trigpoint.web.manage import problems
from trigpoint.web.portal.frame.guards import HEADINGS, describe


def test_a_kind_stands_before_what_it_is_derived_from() -> None:
    kinds = [kind.error for kind in KINDS]
    for place, kind in enumerate(kinds):
        assert [later for later in kinds[place + 1 :] if issubclass(later, kind)] == []


def test_each_face_gives_an_error_the_same_status() -> None:
    samples = (
        InvalidError("q", "given", example="Vaduz"),
        NotFoundError("There is no such key."),
        RepeatedError("2X9R4HXF34"),
        StaleError("Somebody else changed it."),
        ConflictError("The name is taken.", field="name"),
        UnavailableError("No routes."),
    )
    for error in samples:
        kind = kind_of(error)
        assert kind is not None
        assert errors.to_problem(error, explain=False).status == kind.status
        assert problems.to_problem(error, names={})[0].status == kind.status
        assert describe(error) == (kind.status, HEADINGS[kind.status])
        assert exit_code(error) is not ExitCode.OK


def test_what_nobody_foresaw_is_a_fault_of_ours() -> None:
    assert kind_of(ValueError("odd")) is None
    assert errors.to_problem(ValueError("odd"), explain=True).status == 500
    assert describe(ValueError("odd")) == (500, "Server error")
    assert describe(NotFoundException()) == (404, "Page not found")
