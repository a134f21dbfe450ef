"""Health checks: `/healthz` says that the process responds, `/readyz` whether all needed parts work."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from trigpoint.maps.engines import RegionStatus
from trigpoint.web.asgi import Header

HEADERS: tuple[Header, ...] = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
ALIVE = b'{"status":"ok"}'
STOPPING = b'{"status":"stopping","parts":{}}'


@dataclass(frozen=True, slots=True)
class Part:
    """The state of one part of the server. If a `needed` part is not ready, the server is not ready; `note` says why.

    `members` are further JSON members for `/readyz`; `regions` are the regions of map data that the part uses.
    """

    ready: bool
    note: str = ""
    needed: bool = True
    members: Mapping[str, object] = field(default_factory=dict)
    regions: tuple[RegionStatus, ...] = ()


Readiness = Callable[[], Awaitable[Mapping[str, Part]]]


async def tell_readiness(readiness: Readiness, *, is_stopping: bool) -> tuple[int, bytes]:
    """Check every part; 200 if all needed parts are ready, else 503, so that a load balancer sends no new traffic.

    Returns the status and the JSON body.
    """
    if is_stopping:
        return 503, STOPPING
    parts = await readiness()
    ready = all(part.ready for part in parts.values() if part.needed)
    states = {
        name: {"ready": part.ready, **({"note": part.note} if part.note else {}), **part.members}
        for name, part in parts.items()
    }
    body = msgspec.json.encode({"status": "ready" if ready else "unready", "parts": states})
    return (200 if ready else 503), body
