"""The Snapshot studio: compose a Web Snapshot on a live map, see a preview, and get its URL.

The server has no private key after its download, so it cannot sign URLs. The page shows what to sign and how, and can
sign in the browser with a `.p8` file that never leaves it. Previews need no signature; they are for members of a team.
"""

from collections import deque

from litestar import Request, Response
from litestar import get as litestar_get
from litestar.datastructures import State
from litestar.params import FromPath

from trigpoint.base.errors import TrigpointError, UnavailableError
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.services import Service
from trigpoint.web.calls import read_fields
from trigpoint.web.errors import TooLongError, to_problem
from trigpoint.web.portal.frame.forms import PostedForm
from trigpoint.web.portal.frame.recipes import SNAPSHOT_RECIPES
from trigpoint.web.portal.frame.threads import get, in_thread, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit
from trigpoint.web.portal.maps.live_maps import make_token_for, show_live_map
from trigpoint.wire import snapshot
from trigpoint.wire.parameters import Parameters

MOST_A_MINUTE = 30
"""Most previews per person and minute, for each worker."""
LONGEST = 5_000
"""Most characters of a query, as for `/api/v1/snapshot`."""


@get("/teams/{team_id:str}/map/studio")
def show_studio(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the studio."""
    team = visit.find_team(team_id)
    return show_live_map(
        visit,
        team,
        "maps/studio.html",
        title="Snapshot studio",
        paints=visit.map_parts.snapshot is not None,
        keys=find_keys(visit, team.team_id),
        recipes=SNAPSHOT_RECIPES,
    )


@post("/teams/{team_id:str}/map/studio")
def make_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Create the Maps token for the live map, unless there is one."""
    return make_token_for(visit, form, team_id, page="studio")


@litestar_get("/teams/{team_id:str}/map/studio/picture")
async def give_picture(
    visit: HereVisit, request: Request[None, None, State], team_id: FromPath[str]
) -> Response[bytes] | Response[dict[str, str]]:
    """Render a preview for a member of the team. It does not count against the quota of snapshots."""
    await in_thread(visit.find_team)(team_id)
    paint, query = visit.map_parts.snapshot, request.scope["query_string"]
    if not _previews.may_have_one(visit.who.person.person_id, visit.authority.clock()):
        return _refuse(429, f"You can have at most {MOST_A_MINUTE} previews per minute. Wait a moment.")
    try:
        if paint is None:
            raise UnavailableError("This installation has no engine for snapshots.")
        if len(query) > LONGEST:
            raise TooLongError(f"The URL of a snapshot may have at most {LONGEST:,} characters.")
        body = await paint(snapshot.parse(Parameters(read_fields(query, None))))
    except TrigpointError as error:
        return _refuse(to_problem(error, explain=True).status, str(error))
    return Response(body, media_type="image/png", headers={"cache-control": "no-store"})


def find_keys(visit: Visit, team_id: str) -> list[Key]:
    """List the active keys that are valid for snapshots."""
    keys = visit.authority.keys.list(visit.actor, team_id=team_id)
    return [key for key in keys if key.state is KeyState.ACTIVE and Service.WEB_SNAPSHOTS in key.services]


class Previews:
    """Counts the previews of each person in the last minute."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def may_have_one(self, person_id: str, at: float) -> bool:
        """Count a preview; False if the person has had too many. `at` is in seconds."""
        for other in [one for one, times in self._times.items() if times[-1] < at - 60]:
            del self._times[other]
        times = self._times.setdefault(person_id, deque(maxlen=MOST_A_MINUTE))
        if len(times) == MOST_A_MINUTE and times[0] > at - 60:
            return False
        times.append(at)
        return True


_previews = Previews()


def _refuse(status: int, sentence: str) -> Response[dict[str, str]]:
    return Response({"error": sentence}, status_code=status)


HANDLERS = (show_studio, make_token, give_picture)
