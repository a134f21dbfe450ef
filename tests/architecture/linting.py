"""A process that has import-linter loaded, and forks for each run of it; run as a script, this module is that process.

To start it takes half as long as a run. What it read of a module that is unchanged since the last run, it keeps in a folder.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Linter:
    """The running process, and where it writes what a run printed."""

    process: "subprocess.Popen[str]"
    output: Path

    def run(self) -> tuple[int, str]:
        """Lint the tree as it is now; return the exit code and the output."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()), self.output.read_text(encoding="utf-8")


@contextmanager
def a_linter(root: Path, folder: Path) -> Iterator[Linter]:
    """Start a linter of the tree below `root`, which keeps its files in `folder`."""
    output = folder / "output"
    command = [sys.executable, "-P", __file__, str(output), str(folder / "cache")]
    environment = {"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield Linter(process, output)


def lint_when_asked(output: str, cache: str) -> None:
    """Lint in a forked process for each line that is read, as the command `lint-imports` does, and tell how it ended."""
    from importlinter.cli import lint_imports

    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
            code = lint_imports(no_logo=True, cache_dir=cache)
            sys.stdout.flush()
            os._exit(code)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    lint_when_asked(*sys.argv[1:])
