"""Calling the management API in tests: one application, and callers with a token of each kind."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from trigpoint.authority.opening import Authority
from trigpoint.base.clock import Milliseconds
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.person import Membership, Person, PersonId
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import refuse
from trigpoint.web.asgi import Application

PERSON = "ADA0000001"
REQUEST_ID = "6f1c1f0e-9f6c-4c39-9d2b-5f5c6e1b7a10"
MAPS_ID = "maps.com.mycompany.mywebsite"


@dataclass(frozen=True)
class Caller:
    """Somebody who calls with a token, or without one."""

    app: Application
    token: str | None = None

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Send one request; a path without a leading `/` is below `/manage/v1/`."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        where = path if path.startswith("/") else f"/manage/v1/{path}"
        if body is not None:
            more["json"] = body

        async def send() -> httpx.Response:
            transport: Any = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://maps.test") as client:
                return await client.request(method, where, headers=headers, **more)

        return asyncio.run(send())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, body, **more)


@dataclass(frozen=True)
class World:
    """A team with a Maps ID and a key, another team, and callers of every kind."""

    app: Application
    authority: Authority
    operator: Actor
    team: str
    other_team: str
    maps_id: str
    key: str
    person: str
    api_token: str
    invitation: str
    maps_token: str
    webhook: str
    message: str

    @property
    def ids(self) -> dict[str, str]:
        """The ids of what is there, by the names of the parameters."""
        return {
            "team_id": self.team,
            "team": self.team,
            "maps_id": self.maps_id,
            "key_id": self.key,
            "person_id": self.person,
            "invitation_id": self.invitation,
            "api_token_id": self.api_token,
            "maps_token_id": self.maps_token,
            "webhook_id": self.webhook,
            "message_id": self.message,
            "request_id": REQUEST_ID,
            "meter": "service_calls",
        }

    def caller(self, role: Role, *, team: str | None = None) -> Caller:
        """Call with a token of a role in the team."""
        issued = self.authority.api_tokens.create(
            self.operator, name=f"{role} of a test", team_id=team or self.team, role=role
        )
        return Caller(self.app, issued.token)

    def installation(self) -> Caller:
        """Call with a token that acts as the operator."""
        issued = self.authority.api_tokens.create(self.operator, name="Installation", team_id=None, role=None)
        return Caller(self.app, issued.token)

    @property
    def outsider(self) -> Caller:
        """Call without any token."""
        return Caller(self.app)


def a_world(app: Application, authority: Authority, operator: Actor) -> World:
    team = authority.teams.create(operator, "My Company", team_id="K5GNLXS2QT").team_id
    other = authority.teams.create(operator, "Other Company", team_id="ZZ9PLURALZ").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="My website")
    key = authority.keys.create(operator, team_id=team, name="Website", maps_id=MAPS_ID).key_id
    with authority._store.change() as change:
        change.people.add(Person(PersonId(PERSON), "ada@example.com", "Ada", 0), password_hash=None)
        change.people.add_membership(Membership(team, PersonId(PERSON), Role.VIEWER, 0, operator.name))
        for kind, of in ((EventKind.PERSON_CREATED, None), (EventKind.MEMBER_ADDED, team)):
            change.append(Event(kind, operator.name, of, "ada@example.com", {"role": "viewer"}), at=Milliseconds(0))
    token = authority.api_tokens.create(operator, name="Subject", team_id=team, role=Role.VIEWER).record.token_id
    invitation = authority.members.invite(operator, team_id=team, role=Role.VIEWER).link.link_id
    issued = authority.maps_tokens.create(operator, team_id=team, service=Service.MAPKIT_JS, origins="example.com")
    webhook = authority.webhooks.add(operator, url="https://1.1.1.1/trigpoint", team_id=team).record.webhook_id
    message = a_message(authority, operator, team)
    refusal = refuse("key", reasons.KEY_REVOKED, "The key was revoked.")
    refusal.team_id, refusal.key_id = team, key
    authority.refusals.note(REQUEST_ID, Call(Service.SERVER_API, "https://a.example", authority.clock()), refusal)
    return World(
        app,
        authority,
        operator,
        team=team,
        other_team=other,
        maps_id=MAPS_ID,
        key=key,
        person=PERSON,
        api_token=token,
        invitation=invitation,
        maps_token=issued.record.token_id,
        webhook=webhook,
        message=message,
    )


def a_message(authority: Authority, operator: Actor, team: str) -> str:
    """Let something happen in a team that its webhook hears of, and put the message into the queue."""
    for suspend in (True, False):
        authority.leaks.choose_for_keys(operator, team, suspend=suspend)
    authority._store.deliveries.fan_out(at=int(authority.clock() * 1000))
    [webhook] = authority.webhooks.list(operator, team_id=team)
    return authority.webhooks.deliveries(operator, webhook.webhook_id)[0].delivery_id
