"""Workers of a server that was forked: they are forked from their supervisor, which has the program loaded.

multiprocessing starts a worker as a new Python, which takes more than a second of processor time for its imports. Here it
is forked where that Python would be started. From there on it does what it does in production: it has the same signals and
open files, and it reads its configuration, its application and its sockets from the same pipe, through `spawn_main`. What its
modules computed when they were imported it shares with its supervisor. Servers with `forked=False` start each worker anew.
"""

import atexit
import multiprocessing.util
import os
import re
import signal
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.spawn import spawn_main

_HANDLES = re.compile(r"(\w+)=(\d+)")
_start_python = multiprocessing.util.spawnv_passfds  # type: ignore[attr-defined]


def fork_workers() -> None:
    """Let this process fork whatever multiprocessing would start as a new Python."""
    multiprocessing.util.spawnv_passfds = _fork  # type: ignore[attr-defined]


def _fork(path: str | bytes, arguments: Sequence[str], files: Sequence[int]) -> int:
    """Do what `spawnv_passfds` does for a worker, without a new Python; give its process id."""
    if "--multiprocessing-fork" not in arguments:  # the process that tracks resources
        pid: int = _start_python(path, arguments, files)
        return pid
    sys.stdout.flush()
    sys.stderr.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # none may come while it has our handlers
    pid = os.fork()
    if pid == 0:
        _reset_signals()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os._exit(_be_worker(arguments, files))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _reset_signals() -> None:
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _be_worker(arguments: Sequence[str], files: Sequence[int]) -> int:
    """Forget what a new Python would not have; then run the worker to its end, and give its exit code."""
    atexit._clear()
    lowest = 3
    for file in sorted(map(int, files)):
        os.closerange(lowest, file)
        os.set_inheritable(file, True)
        lowest = max(lowest, file + 1)
    os.closerange(lowest, os.sysconf("SC_OPEN_MAX"))
    sys.argv = ["-c", "--multiprocessing-fork"]
    handles = {name: int(value) for name, value in _HANDLES.findall(arguments[-2])}
    code: object = 1
    try:
        spawn_main(**handles)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 (as a Python that ends by it: its traceback, and exit code 1)
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)
