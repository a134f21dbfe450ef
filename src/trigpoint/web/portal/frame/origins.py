"""Origins in forms: what each entry of a list covers, and whether a page would be accepted; also while typing."""

from dataclasses import dataclass

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.base.errors import InvalidError
from trigpoint.credentials.origin_lists import explain_origin, find_covering, read_origin_list
from trigpoint.credentials.origins import read_patterns
from trigpoint.web.portal.frame.forms import say_rule
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit

ENTRIES_SHOWN = 50
EXAMPLES = {
    "example.com": "That host, on any port; not its subdomains.",
    "*.example.com": "Every subdomain, at any depth; not example.com itself. To cover both, list both.",
    "example.com:8443": "That port only. Add https:// in front for that scheme only.",
    "localhost": "The visitor's own machine: localhost, the names below it, 127.0.0.0/8 and [::1], on any port.",
    "deploy-*--site.example.app": "Previews: the * stands for letters, digits and hyphens, within the first label.",
}
"""Examples of entries, with what each covers."""


@dataclass(frozen=True, slots=True)
class OriginEntry:
    """One entry of a list: what it covers, or what is wrong with it."""

    text: str
    words: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class PageTest:
    """Whether a page would be accepted. `by` is the entry that covers it; `wrong` is the error if it is not a URL."""

    page: str
    by: str = ""
    words: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedOrigins:
    """The explanation of a list of origins, with the test of a page if one is given."""

    entries: tuple[OriginEntry, ...]
    test: PageTest | None


def explain_origins(websites: str, page: str = "") -> ExplainedOrigins:
    """Explain every entry of a list, and test a page against the valid entries."""
    entries = tuple(_explain(pattern.text) for pattern in read_patterns(websites)[:ENTRIES_SHOWN])
    good = ",".join(entry.text for entry in entries if entry.is_good)
    return ExplainedOrigins(entries, _test(good, page.strip()) if page.strip() and good else None)


@get("/teams/{team_id:str}/origins")
def explain_while_typing(
    visit: HereVisit, team_id: FromPath[str], websites: FromQuery[str] = "", page: FromQuery[str] = ""
) -> Response[bytes]:
    """Explain a list of origins while it is being typed."""
    visit.find_team(team_id)
    return visit.page("frame/origins_explained.html", title="", explained=explain_origins(websites, page))


def _explain(text: str) -> OriginEntry:
    try:
        (pattern,) = read_patterns(read_origin_list(text))
    except InvalidError as error:
        return OriginEntry(text, f"Entries must be {error.rule}, for example {error.example}.", is_good=False)
    return OriginEntry(text, explain_origin(pattern), is_good=True)


def _test(websites: str, page: str) -> PageTest:
    try:
        by = find_covering(websites, page)
    except InvalidError as error:
        return PageTest(page, wrong=say_rule(error, with_example=True))
    return PageTest(page) if by is None else PageTest(page, by=by.text, words=explain_origin(by))


HANDLERS = (explain_while_typing,)
