"""Running an ordered list of checks on a credential. The checks themselves are in the module of each credential."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from trigpoint.credentials.jws import FORM, MalformedError
from trigpoint.credentials.reasons import Reason
from trigpoint.credentials.verdict import Finding, Outcome, Verdict

Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Fail:
    """The check failed, for a reason; `detail` is a sentence with the found values."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Warn:
    """The check passed, with a warning; `detail` as for `Fail`."""

    reason: Reason
    detail: str = ""


class NotReached:
    """The check could not be made, because an earlier check failed."""


NOT_REACHED = NotReached()
Result = Fail | Warn | NotReached | None
"""The result of a check; None means passed."""


@dataclass(frozen=True, slots=True)
class Check(Generic[Case]):
    """A check: `rule` is the sentence that is true if it passes, `look` is the function that makes it."""

    rule: str
    look: Callable[[Case], Result]
    passed: Finding = field(init=False)
    not_reached: Finding = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the findings that never change: passed, and not reached."""
        object.__setattr__(self, "passed", Finding(self.rule, Outcome.PASSED))
        object.__setattr__(self, "not_reached", Finding(self.rule, Outcome.NOT_REACHED))

    def tell(self, result: Result) -> Finding:
        """Make the finding for a result of this check."""
        match result:
            case None:
                return self.passed
            case Fail(reason, detail):
                return Finding(self.rule, Outcome.FAILED, reason, detail or reason.sentence)
            case Warn(reason, detail):
                return Finding(self.rule, Outcome.WARNED, reason, detail or reason.sentence)
            case _:
                return self.not_reached


FORM_PASSED = tuple(Finding(rule, Outcome.PASSED) for rule in FORM)


def judge_form(malformed: MalformedError | None) -> tuple[Finding, ...]:
    """Give the findings of the checks of form; `malformed` is the error at which parsing stopped, None if it succeeded."""
    if malformed is None:
        return FORM_PASSED
    failed = Finding(
        FORM[malformed.check], Outcome.FAILED, malformed.reason, malformed.detail or malformed.reason.sentence
    )
    after = tuple(Finding(rule, Outcome.NOT_REACHED) for rule in FORM[malformed.check + 1 :])
    return (*FORM_PASSED[: malformed.check], failed, *after)


def all_passed(form: tuple[Finding, ...], checks: Sequence[Check[Case]]) -> Verdict:
    """Make the verdict in which every check passed; `form` are the findings before these checks."""
    return Verdict((*form, *(check.passed for check in checks)))


def judge_case(
    form: tuple[Finding, ...], checks: Sequence[Check[Case]], case: Case, *, well: Verdict, thorough: bool = True
) -> Verdict:
    """Run the checks on a case, in order, and give the verdict; `well` is `all_passed` for these checks.

    A diagnosis is `thorough`, and runs every check. Otherwise running stops at the first check that fails, which is the
    reason of the refusal: so an unverified token does not decide how much work is done for it.
    """
    has_form = not form or form[-1].outcome is Outcome.PASSED
    if thorough:
        results = [check.look(case) for check in checks]
    elif not has_form:
        results = []
    elif (stopped := _until_first_failure(checks, case)) is None:
        return well
    else:
        results = stopped
    if len(results) == len(checks) and not any(results) and has_form:
        return well
    looked = [check.tell(result) for check, result in zip(checks, results, strict=False)]
    return Verdict((*form, *looked, *(check.not_reached for check in checks[len(results) :])))


def _until_first_failure(checks: Sequence[Check[Case]], case: Case) -> list[Result] | None:
    """Give the results of the checks, up to the first that fails; None if all passed without a warning."""
    for check in checks:
        result = check.look(case)
        if result is not None:
            break
    else:
        return None
    number = checks.index(check)
    results: list[Result] = [*[None] * number, result]
    for later in checks[number + 1 :]:
        if type(results[-1]) is Fail:
            break
        results.append(later.look(case))
    return results
