"""A process that has the whole program loaded, and forks the servers, commands and scripts that tests ask for.

A server that starts by itself spends more than a second of processor time on its imports, a command most of a second. A
forked one is the same program with its own arguments, environment, folder and streams; only its imports happened before.
Run as a script this module is that process; imported, it gives what asks it. Workers of a forked server are forked as well:
see `forked_workers.py`.
"""

import atexit
import contextlib
import ctypes
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

LARGEST = 1 << 20
"""Bytes of a request: its arguments and its environment."""
TALK = socket.AF_UNIX, socket.SOCK_SEQPACKET
LOADED = (
    "alembic.command",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "trigpoint.authority.opening",
    "trigpoint.authority.restoring",
    "trigpoint.cli.greeting",
    "trigpoint.store.confirming",
    "trigpoint.store.migrating",
    "trigpoint.store.patience",
    "trigpoint.web.limits",
    "trigpoint.web.log_lines",
    "trigpoint.web.manage.app",
    "trigpoint.web.portal.opening",
    "trigpoint.web.server",
    "trigpoint.wiring.server",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvloop",
    "typer._adapters",  # typer loads it, and pydantic with it, at the first option that it reads
)
"""What the process loads beside the commands."""
NETWORK = Path("/proc/thread-self/ns/net")
"""The network namespace of the calling thread, on Linux."""
patient = False
"""Whether forked servers and commands wait longer than production's for a busy machine (`patience.py`); tests set it."""
_ONE_AT_A_TIME = threading.Lock()


class Forked:
    """A forked process, with what tests use of `subprocess.Popen`."""

    def __init__(self, pid: int, ended: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = ended

    def poll(self) -> int | None:
        """Give the exit code; None while the process runs."""
        if self.returncode is None and select.select([self._ended], [], [], 0)[0]:
            self.returncode = os.waitstatus_to_exitcode(int(self._ended.recv(64) or b"256"))
            self._ended.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            select.select([self._ended], [], [], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("trigpoint", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


@dataclass
class Script:
    """A forked process that runs a text of Python: `stdin` is what it reads, `stdout` what it prints."""

    process: Forked
    stdin: IO[str]
    stdout: IO[str]

    def write_line(self, line: str) -> None:
        """Send it a line."""
        self.stdin.write(f"{line}\n")
        self.stdin.flush()

    def finish(self) -> str:
        """Close its standard input, wait for its end, and return the rest of its output."""
        self.stdin.close()
        with self.stdout:
            rest = self.stdout.read()
        self.process.wait()
        return rest


def start_script(code: str, *arguments: str) -> Script:
    """Run a text of Python in a forked process, with `arguments` in `sys.argv`; what it writes as an error is pytest's."""
    (its_stdin, stdin), (stdout, its_stdout) = os.pipe(), os.pipe()
    process = _ask({"code": code, "arguments": [*arguments], "environment": {**os.environ}}, its_stdin, its_stdout, 2)
    os.close(its_stdin)
    os.close(its_stdout)
    return Script(process, os.fdopen(stdin, "w"), os.fdopen(stdout))


def fork(
    arguments: Sequence[str], environment: Mapping[str, str], out: IO[Any], err: IO[Any], *, waits_long: bool = True
) -> Forked:
    """Run `trigpoint` with these arguments and in this environment, with nothing to read and two files to write to."""
    with Path(os.devnull).open() as nothing:
        asked = {"arguments": [*arguments], "environment": dict(environment), "waits_long": patient and waits_long}
        return _ask(asked, nothing.fileno(), out.fileno(), err.fileno())


def _ask(asked: dict[str, Any], *streams: int) -> Forked:
    ours, theirs = socket.socketpair(*TALK)
    question = json.dumps(asked | {"folder": str(Path.cwd())}).encode()
    with theirs, _ONE_AT_A_TIME, contextlib.ExitStack() as stack:
        network = [stack.enter_context(NETWORK.open()).fileno()] if NETWORK.exists() else []
        socket.send_fds(_forker(), [question], [theirs.fileno(), *streams, *network])
    return Forked(int(ours.recv(64)), ours)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `trigpoint` to its end, and return its output."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        code = fork(arguments, environment, out, err).wait()
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess([*arguments], code, out.read(), err.read())


@functools.cache
def _forker() -> socket.socket:
    """Start the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(*TALK)
    for each in (ours, theirs):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    command = [sys.executable, "-P", __file__, str(theirs.fileno())]
    forker = subprocess.Popen(
        command, env=kept | {"OPENBLAS_NUM_THREADS": "1"}, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
    )
    theirs.close()

    def end() -> None:
        ours.close()
        forker.wait()

    atexit.register(end)
    return ours


def serve_forks(asking: socket.socket) -> str:
    """Load the program; then fork for each request, until nobody can ask any more.

    Returns in each forked process, with the text of Python that it is to run; it is empty for a command.
    """
    from trigpoint.cli.app import MODULES

    sys.path.append(str(Path(__file__).parent))
    for name in ("forked_workers", "patience", *LOADED, *(f"trigpoint.cli.{one}" for one in MODULES.values())):
        import_module(name)
    build_routes()
    load_time_zones()
    gc.collect()
    gc.freeze()  # else each forked process would look through all of it, and copy the pages that it lies in
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        asked, files, _, _ = socket.recv_fds(asking, LARGEST, 5)
        if not asked:
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, 0):
                    pass
            os._exit(0)
        if os.fork() == 0:
            asking.close()
            start_again(files)
            request = json.loads(asked)
            take_over(request)
            return str(request.get("code", ""))
        for file in files:
            os.close(file)


def build_routes() -> None:
    """Build the routes, which are the same in every server."""
    from trigpoint.web.manage.app import open_routes
    from trigpoint.web.portal.opening import open_pages

    open_routes()
    open_pages()


def load_time_zones() -> None:
    """Load the borders of time zones, which every server with routes does at its start."""
    from trigpoint.base.geo import Point
    from trigpoint.engines.valhalla.local_time import find_zone

    find_zone(Point(0.0, 0.0))


def start_again(files: list[int]) -> None:
    """Fork once more, tell the other one's id and at last how it ended. Returns in that one, with the streams it was given."""
    told, *streams = files[:4]
    pid = os.fork()
    if pid == 0:
        enter_network(*files[4:])
        for target, stream in enumerate(streams):
            os.dup2(stream, target)
        os.closerange(3, max(files) + 1)
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for file in files[1:]:
        os.close(file)
    with socket.socket(*TALK, fileno=told) as telling, contextlib.suppress(OSError):
        telling.send(str(pid).encode())
        telling.send(str(os.waitpid(pid, 0)[1]).encode())
    os._exit(0)


def enter_network(*there: int) -> None:
    """Move this process to the network namespace of who asks, if it is another: `os.setns` is there from Python 3.12 on."""
    for file in there:
        if os.fstat(file).st_ino != NETWORK.stat().st_ino and ctypes.CDLL(None, use_errno=True).setns(file, 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def take_over(asked: Mapping[str, Any]) -> None:
    """Take over the arguments, the environment and the folder of the process that was asked for."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    time.tzset()
    tempfile.tempdir = None
    if asked.get("waits_long"):
        import_module("patience").be_a_patient_server()
    sys.argv = [str(Path(sys.executable).with_name("trigpoint")), *asked["arguments"]]


if __name__ == "__main__":
    _CODE = serve_forks(socket.socket(*TALK, fileno=int(sys.argv[1])))
    if _CODE:
        exec(_CODE, {"__name__": "__main__"})
    else:
        from trigpoint.cli import main

        import_module("forked_workers").fork_workers()
        main()
