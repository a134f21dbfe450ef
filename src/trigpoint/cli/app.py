"""The command line as a whole: the nouns joined under `trigpoint`."""


def run() -> None:
    """Run the command that was asked for."""
