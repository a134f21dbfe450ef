"""One table has the status of every error; v1, the management API, the portal and the command line use it."""

from litestar.exceptions import NotFoundException

from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError, StaleError, UnavailableError
from trigpoint.cli.output import ExitCode, exit_code
from trigpoint.credentials.once import RepeatedError
from trigpoint.web import errors
from trigpoint.web.errors import KINDS, kind_of
from trigpoint.web.manage import problems
from trigpoint.web.portal.frame.guards import HEADINGS, describe


def test_a_subclass_is_listed_before_its_base_class() -> None:
    kinds = [kind.error for kind in KINDS]
    for place, kind in enumerate(kinds):
        assert [later for later in kinds[place + 1 :] if issubclass(later, kind)] == []


def test_each_interface_gives_an_error_the_same_status() -> None:
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


def test_an_unexpected_exception_is_a_500() -> None:
    assert kind_of(ValueError("odd")) is None
    assert errors.to_problem(ValueError("odd"), explain=True).status == 500
    assert describe(ValueError("odd")) == (500, "Server error")
    assert describe(NotFoundException()) == (404, "Page not found")
