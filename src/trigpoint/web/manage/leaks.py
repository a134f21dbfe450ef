"""`/manage/v1/leaks`: report a leaked credential; choose what happens to leaked keys."""

from litestar import put
from litestar.params import JSONBody

from trigpoint.api.teams import Team
from trigpoint.authority.leaks import LeakReport
from trigpoint.base.ids import TeamId
from trigpoint.credentials.roles import Permission
from trigpoint.web.manage.holders import AtDesk, Desk, TeamPath
from trigpoint.web.manage.operations import act
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import FoundCredential, LeakChoice
from trigpoint.web.manage.responses import ReportedLeak, ReportedLeaks

TAGS = ["Tokens"]


@act("/leaks", responses=problems(400), tags=TAGS)
def report_leak(desk: AtDesk, data: JSONBody[FoundCredential]) -> ReportedLeaks:
    """Report a leaked credential. The credential itself is the proof.

    If you may see its team, a Maps token is suspended, and a private key too, if the team has chosen that; otherwise
    the report suspends nothing. In both cases the team finds the report in its ledger, repeated reports once a day. A
    token that is restricted to origins or has expired is not a leak. The owner is only shown if you may see its team.
    """
    reports = desk.authority.leaks.report(desk.actor, data.text, where=data.where)
    return ReportedLeaks([show(desk, report) for report in reports])


def show(desk: Desk, report: LeakReport) -> ReportedLeak:
    """Show what happened to one credential; its owner is shown only to those who may see the team."""
    owner = report.owner
    seen = owner if owner is not None and _may_see(desk, owner.team_id) else None
    return ReportedLeak(
        what=report.secret.kind.value,
        line=report.secret.line,
        known=owner is not None,
        suspended=report.suspended,
        subject=None if seen is None else seen.subject,
        team_id=None if seen is None else seen.team_id,
    )


@put("/teams/{team_id:str}/leaked-keys", sync_to_thread=True, responses=problems(400, 403, 404), tags=TAGS)
def choose_for_leaked_keys(desk: AtDesk, team_id: TeamPath, data: JSONBody[LeakChoice]) -> Team:
    """Choose what happens to a private key of the team that is reported as leaked."""
    return Team.of(desk.authority.leaks.choose_for_keys(desk.actor, team_id, suspend=data.suspend))


def _may_see(desk: Desk, team_id: TeamId | None) -> bool:
    return desk.actor.operator if team_id is None else desk.actor.may(Permission.READ, team_id)


HANDLERS = (report_leak, choose_for_leaked_keys)
