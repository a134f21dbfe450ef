"""Causes events that webhooks receive."""

from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team


def cause_an_event(authority: Authority, operator: Actor, team: Team, name: str = "one") -> None:
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=f"maps.com.{name}", description="Site")
