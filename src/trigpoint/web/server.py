"""How uvicorn is run: the configuration of a worker, and a supervisor if there are several."""

import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from trigpoint.web.stopping import LAST_S, end_within

GRACE_SECONDS = 10
"""Graceful shutdown: how long requests in progress may take after SIGTERM."""
KEEP_ALIVE_SECONDS = 65
"""Longer than the 60 seconds after which common proxies close an idle connection, so that they close it first."""
BACKLOG = 2048
MOST_FILES = 65_536
FOR_THEMSELVES_S = 0.3
"""The supervisor waits this much longer than the workers' time to stop, so that they can log why they end."""
_LOG = logging.getLogger("trigpoint.server")
NOT_RELOADED = "SIGHUP has no effect: settings are only read at the start. To change them, restart the server."
HEALTH_SECONDS = 60
"""Longest start of a worker: on a busy machine it needs many seconds."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "trigpoint.web.log_lines.PlainLines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        },
        "json": {"()": "trigpoint.web.log_lines.JsonLines"},
    },
    "handlers": {
        "stderr": {"class": "trigpoint.web.floods.BoundedStream", "formatter": "line", "stream": "ext://sys.stderr"}
    },
    "loggers": {
        "trigpoint": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},  # warnings of libraries, in the same format
}
"""Our own log lines, and only errors of uvicorn: its warnings (bytes that are not HTTP) can be caused by anyone."""


def server_config(app: Any, *, workers: int = 1, log_config: dict[str, Any] | None = None) -> uvicorn.Config:
    """Configure one worker. `app` is an application, or the import string of a factory (needed for workers)."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        http="trigpoint.web.limits:LimitedProtocol",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ws="none",
        interface="asgi3",
        lifespan="on",
        access_log=False,
        log_config=log_config,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=HEALTH_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, which all workers share: connections wait in it while workers start or restart.

    `::` listens on all IPv6 and IPv4 addresses, if the system has both.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)


def listen_at(path: Path) -> socket.socket:
    """Open a listening socket at a path, for a proxy on the same machine: its owner and its group may connect.

    A socket file without a listener is replaced; raises OSError if it has a listener, or if the file is not a socket.
    """
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
            else:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o117)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    listener.listen(BACKLOG)
    return listener


def logging_config(log_format: str) -> dict[str, Any]:
    """Configure logging: `line` for people, `json` for log collectors."""
    return LOGGING | {"handlers": {"stderr": LOGGING["handlers"]["stderr"] | {"formatter": log_format}}}


def serve(
    factory: str, *, listener: socket.socket, workers: int, log_format: str = "line", drain_seconds: float = 0.0
) -> bool:
    """Serve until SIGINT or SIGTERM; tell whether the server could start.

    After SIGTERM it ends within `drain_seconds` and ten seconds more, also if it cannot start, or hangs.
    """
    raise_file_limit()
    config = server_config(factory, workers=workers, log_config=logging_config(log_format))
    if workers > 1:
        listener.set_inheritable(True)
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        supervisor = Supervisor(config, sockets=[listener], drain_seconds=drain_seconds)
        supervisor.run()
        return all(process.exitcode in {0, None, -15, -2} for process in supervisor.processes)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again once it has stopped; that is enough
    if not ignores_hangup():
        watched = has_terminal()
        signal.signal(signal.SIGHUP, lambda *_: hang_up(lambda: os.kill(os.getpid(), signal.SIGTERM), watched=watched))
    server = Worker(config, drain_seconds=drain_seconds)
    server.run(sockets=[listener])
    return server.started


def ignores_hangup() -> bool:
    """Tell whether this process ignores SIGHUP, because it was started by `nohup`, or does not have that signal (Windows)."""
    return sys.platform == "win32" or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def has_terminal() -> bool:
    """Tell whether this process has a terminal; one that was closed is none any more."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def hang_up(stop: Callable[[], object], *, watched: bool) -> None:
    """Handle SIGHUP: stop if the server was started in a terminal, which is closed now; else log that nothing is read again."""
    if watched:
        stop()
    else:
        _LOG.warning(NOT_RELOADED)


@contextlib.contextmanager
def without_hangups() -> Iterator[None]:
    """Hold SIGHUP back during the block. Processes that are started in it never receive it.

    A terminal that is closed sends it to all processes; so the supervisor alone decides what happens.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Worker(uvicorn.Server):
    """uvicorn's server as the only worker. If it is stopped during its start, it also ends in time."""

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float) -> None:
        super().__init__(config)
        self._drain_s = drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; once the application runs, `web/stopping.py` has taken SIGTERM over."""
        if not self.started:
            end_within(self._drain_s + LAST_S)
        super().handle_exit(sig, frame)


class AnswerOrEnd:
    """The supervisor's end of the pipe to a worker: waiting for an answer also ends when the worker's process does.

    The supervisor holds the worker's end too, so that the pipe itself does not tell that the worker is gone.
    """

    def __init__(self, pipe: Connection, process: BaseProcess) -> None:
        self._pipe = pipe
        self._process = process
        self.send = pipe.send
        self.recv = pipe.recv
        self.close = pipe.close

    def poll(self, timeout: float) -> bool:
        """Tell whether there is an answer; wait for it up to `timeout` seconds, while the worker's process runs."""
        wait([self._pipe, self._process.sentinel], timeout)
        return self._pipe.poll(0)


class Supervisor(Multiprocess):
    """uvicorn's supervisor, but it passes SIGTERM on to the workers at once, and waits for each for a limited time only.

    A worker that dies while it is asked whether it is alive is replaced at once, not after `HEALTH_SECONDS`.

    At that moment it may be waiting for a worker that starts, cannot start or hangs. After the drain it closes its own copy
    of the listening socket, so that new connections are refused at once instead of waiting in a queue that nobody serves.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], *, drain_seconds: float = 0.0) -> None:
        ignores = ignores_hangup()
        self._watched = has_terminal()
        super().__init__(config, sockets)
        if ignores and sys.platform != "win32":
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._drain_s = drain_seconds
        self._told_at = float("inf")
        if sys.platform != "win32":
            signal.signal(signal.SIGTERM, self._hand_on)

    def init_processes(self) -> None:
        """Start the workers."""
        with without_hangups():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        """Ask each worker whether it is alive, and replace those that are not; the log says why they ended."""
        before = list(self.processes)
        for process in self.processes:
            if not isinstance(process.parent_conn, AnswerOrEnd):  # once it has started: it takes its pipe along
                asked: Any = AnswerOrEnd(process.parent_conn, process.process)
                process.parent_conn = asked
        with without_hangups():
            super().keep_subprocess_alive()
        for process in before:
            if process not in self.processes:
                _LOG.error("Worker %s has ended (%s), and is replaced.", process.pid, _why_ended(process.exitcode))

    def handle_hup(self) -> None:
        """Do not restart the workers, as uvicorn does: they would read nothing new."""
        hang_up(lambda: self._hand_on(signal.SIGTERM, None), watched=self._watched)

    def join_all(self) -> None:
        """Wait until every worker has ended; kill those that take too long."""
        last = min(self._told_at, time.monotonic()) + self._drain_s + LAST_S + FOR_THEMSELVES_S
        for process in self.processes:
            process.process.join(max(0.0, last - time.monotonic()))
            if process.exitcode is None:
                _LOG.error("Worker %s did not end within %g seconds and is killed.", process.pid, LAST_S)
                process.process.kill()
                process.process.join()

    def _hand_on(self, number: int, _frame: FrameType | None) -> None:
        if self.should_exit.is_set():
            return
        self._told_at = time.monotonic()
        self.should_exit.set()
        for process in self.processes:
            if process.pid is not None and process.exitcode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, number)
            with contextlib.suppress(OSError, ValueError):
                process.child_conn.send(False)
        closing = threading.Timer(self._drain_s, self._close)
        closing.daemon = True
        closing.start()

    def _close(self) -> None:
        for listener in self.sockets:
            listener.close()


def _why_ended(code: int | None) -> str:
    """Give an exit code in words; a process that a signal has ended has a negative one."""
    if code is None or code >= 0:
        return f"exit code {code}"
    if code == -signal.SIGKILL:
        return "SIGKILL: it did not respond for a minute, or the system had no memory left"
    names = {one.value: one.name for one in signal.Signals}
    return names.get(-code, f"signal {-code}")


def raise_file_limit() -> None:
    """Raise the limit of open files as far as the system allows: each connection needs one. Workers inherit the limit."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
