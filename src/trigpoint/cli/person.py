"""`trigpoint person`: links to create an account or reset a password, a list of people, and the operator's mark."""

from typing import Annotated

import typer

from trigpoint.api.teams import Person
from trigpoint.base.clock import Milliseconds, to_iso, to_seconds
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk

app = typer.Typer(no_args_is_help=True, help="People: who may sign in to the portal.")

COLUMNS = {"email": "E-mail", "name": "Name", "operator": "Operator", "createdAt": "Since", "personId": "ID"}


@app.command("list", epilog="Example: trigpoint person list --json")
def list_(as_json: output.Json = False) -> None:
    """List everybody with an account."""
    with open_desk() as (authority, actor):
        rows = [Person.of(person) for person in authority.people.list(actor)]
    empty = "Nobody has an account yet. Create the first one with the link of: trigpoint person set-up-link"
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty=empty)


@app.command("set-up-link", epilog="Example: trigpoint person set-up-link")
def set_up_link(as_json: output.Json = False) -> None:
    """Print a link to create the first account. It can be used once, within 30 minutes."""
    with open_desk() as (authority, _actor):
        issued = authority.people.issue_set_up_link()
    _show_link(f"/set-up/{issued.secret}", issued.link.expires_at, as_json=as_json)


@app.command("reset-link", epilog="Example: trigpoint person reset-link ada@example.com")
def reset_link(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")], as_json: output.Json = False
) -> None:
    """Print a link to set a new password. It can be used once, within an hour.

    All other ways into the account end with it: sessions, passkeys, personal API tokens, earlier links.
    """
    with open_desk() as (authority, actor):
        issued = authority.people.issue_reset_link(actor, email)
    _show_link(f"/reset/{issued.secret}", issued.link.expires_at, as_json=as_json)


@app.command(epilog="Example: trigpoint person operator ada@example.com")
def operator(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Remove the mark.")] = False,
    as_json: output.Json = False,
) -> None:
    """Let a person set the limits of every team in the portal, as an operator; it gives no other permission."""
    with open_desk() as (authority, actor):
        person = authority.people.mark_operator(actor, email, marked=not revoke)
    output.show_one(Person.of(person), as_json=as_json, labels=COLUMNS)


@app.command(epilog="Example: trigpoint person remove ada@example.com --yes")
def remove(
    who: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address, or the account's ID.")],
    yes: output.Yes = False,
    as_json: output.Json = False,
) -> None:
    """Remove an account: its memberships, sessions, passkeys, personal API tokens, and open invitations.

    What the person created stays, such as keys. The Account Holder of a team cannot be removed.
    """
    with open_desk() as (authority, actor):
        found = authority.people.find(actor, who)
        output.confirm(f"Remove the account of {found.name} ({found.email})? This cannot be undone.", yes=yes)
        removed = authority.people.remove(actor, found.person_id)
    if as_json:
        output.show_json(Person.of(removed))
        return
    output.say(f"The account of {removed.email} is removed.")


def _show_link(path: str, expires_at: Milliseconds, *, as_json: bool) -> None:
    link = link_of(path)
    if as_json:
        output.show_json({"link": link, "expiresAt": to_iso(to_seconds(expires_at))})
        return
    output.show_value(link)
    say_whose()


def link_of(path: str) -> str:
    """Give the URL of a page of the portal."""
    from trigpoint.settings import read_settings

    return read_settings().base_url + path


def say_whose() -> None:
    """Warn that a link gives access to whoever has it."""
    output.say("Anyone with the link can use it, once: send it only to that person.", style="dim")
