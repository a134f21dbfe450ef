"""The command line: one file a noun."""


def main() -> None:
    """Run the command line."""
    from trigpoint.cli.app import run

    run()
