"""`trigpoint migrate`: migrate the database before the servers of a new version start, or show what is missing."""

from typing import Annotated

import typer

from trigpoint.cli import output

app = typer.Typer()


@app.command("migrate", epilog="Example: trigpoint migrate --check")
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only show what is missing; exit code 1 if something is.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Migrate the database to this version. Servers do so when they start; this command shows the progress, and has no time limit."""
    from trigpoint.settings import read_settings
    from trigpoint.store.opening import look_at_database, open_store

    settings = read_settings()
    status = look_at_database(settings.database_url, home=settings.home)
    if not check and status.missing:
        open_store(settings.database_url, home=settings.home, tell=output.say).close()
    members = {"found": status.found, "missing": list(status.missing), "migrated": bool(status.missing) and not check}
    if as_json:
        output.show_json(members | {"newer": status.is_newer})
    elif status.is_newer:
        output.say(f"A newer version has migrated the database to {status.found}; this version can still use it.")
    elif not status.missing:
        output.say(f"The database is up to date ({status.found}).")
    elif check:
        output.say(f"Missing: {', '.join(status.missing)}. Run: trigpoint migrate")
    else:
        output.say(f"The database was migrated, and is up to date ({status.missing[-1]}).")
    if check and status.missing:
        raise typer.Exit(output.ExitCode.REFUSED)
