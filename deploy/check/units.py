"""Checks of the systemd units: `systemd-analyze`, and server and import inside the restrictions of the units.

A check cannot start systemd itself, so it applies the restrictions that can break programs by system calls: no new
privileges, no memory that is writable and executable, the system call filter, the umask, and no capabilities.
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from common import (
    DEPLOY,
    TRIGPOINT,
    FailedError,
    MissingError,
    answers_an_address,
    find,
    found_team,
    free_port,
    require,
    run,
    running,
    sample_file,
    scratch,
    settings,
    wait_for,
)

UNITS = DEPLOY / "systemd"
MOST_EXPOSED = 1.5
NOT_FOUND = 3
"""Exit code of a command that has not found what it needs."""
NO_NEW_PRIVILEGES, WRITE_XOR_EXECUTE = 38, 65
"""PR_SET_NO_NEW_PRIVS, and PR_SET_MDWE (Linux 6.3)."""
DROP_FROM_BOUNDS, MOST_CAPABILITIES = 24, 64
"""PR_CAPBSET_DROP: the next program has no capabilities, even as root. The call fails for other users, which is fine."""
REFUSE_WITH_EPERM, ALLOW = 0x00050001, 0x7FFF0000
"""SCMP_ACT_ERRNO(EPERM), and SCMP_ACT_ALLOW."""


def check_units() -> str:
    """Check the units with systemd-analyze."""
    program = find("systemd-analyze", install="the package 'systemd'")
    levels = []
    for unit in sorted(UNITS.glob("*.service")):
        told = run([program, "security", "--offline=true", unit])
        level = float(re.search(r"exposure level for \S+: ([\d.]+)", told)[1])  # type: ignore[index]  # or it says so
        require(level <= MOST_EXPOSED, f"{unit.name} is exposed by {level}, more than {MOST_EXPOSED}:\n{told}")
        levels.append(f"{unit.name} {level}")
    with scratch() as folder:  # systemd wants the programs to be there
        for unit in sorted(UNITS.glob("trigpoint*.*")):
            if unit.suffix in {".service", ".timer"}:
                (folder / unit.name).write_text(unit.read_text().replace("/opt/trigpoint/bin/", f"{TRIGPOINT.parent}/"))
        told = run([program, "verify", "--man=no", *sorted(folder.iterdir())])
        require("trigpoint" not in told, f"systemd-analyze verify says:\n{told}")
    return "exposed by " + ", ".join(levels)


def check_sandbox() -> str:
    """Import the sample inside the restrictions of the import's unit, and serve it inside those of the server's."""
    if sys.platform != "linux":
        raise MissingError("sandboxes of systemd are Linux's")
    find("systemd-analyze", install="the package 'systemd'")
    seccomp()
    with scratch() as folder:
        home = folder / "home"
        home.mkdir(mode=0o700)
        extract = folder / "sample.osm.pbf"
        shutil.copy(sample_file(), extract)
        importing = UNITS / "trigpoint-import.service"
        environment = settings(home, EXTRACT=str(extract), TRIGPOINT_GAZETTEER="1")
        command = [part.replace("$EXTRACT", str(extract)) for part in words_of(importing, "ExecStart")]
        run(inside(importing, command), environment=environment, cwd=home)
        updating = UNITS / "trigpoint-update.service"
        told = end_of(inside(updating, words_of(updating, "ExecStart")), environment, home)
        require("does not name its replication server" in told, f"the update in its sandbox: {told}")
        port = free_port()
        environment |= {"TRIGPOINT_PORT": str(port), "TRIGPOINT_WORKERS": "2"}
        serving = UNITS / "trigpoint.service"
        with running(
            inside(serving, words_of(serving, "ExecStart")), log=folder / "log", environment=environment
        ) as process:
            seconds = wait_for(f"http://127.0.0.1:{port}/readyz", process)
            installation = found_team(home, environment)
            answers_an_address(f"http://127.0.0.1:{port}", installation.auth_token())
            said = process.log.read_text()
            require(
                "PermissionError" not in said and "Traceback" not in said, f"the sandbox refused something:\n{said}"
            )
    return f"imported and served inside what the units allow, ready after {seconds:.1f} s"


def end_of(command: list[str | Path], environment: dict[str, str], folder: Path) -> str:
    """Run a command that is refused; give what it said. The sample names no server that its changes come from."""
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    require(done.returncode == NOT_FOUND, f"it ended with {done.returncode}: {done.stderr[-2000:]}")
    return " ".join(done.stderr.split())


def words_of(unit: Path, name: str) -> list[str]:
    """Give the words of a command line of a unit, with the program of this environment."""
    (line,) = lines_of(unit, name)
    program, *words = line.split()
    return [str(TRIGPOINT.with_name(Path(program).name)), *words]


def lines_of(unit: Path, name: str) -> list[str]:
    """Give the values of a directive in a unit."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def inside(unit: Path, command: list[str]) -> list[str | Path]:
    """Give the command that runs another command inside the restrictions of a unit, by means of this file."""
    return [sys.executable, __file__, str(unit), *command]


def seccomp() -> ctypes.CDLL:
    """Load libseccomp."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise MissingError("no libseccomp here; install the package 'libseccomp2'") from None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
    ]  # fmt: skip
    return library


def allowed_calls(unit: Path) -> set[str]:
    """Give the system calls that a unit allows, as systemd counts them: named ones, then those taken away."""
    allowed: set[str] = set()
    for line in lines_of(unit, "SystemCallFilter"):
        for group in line.removeprefix("~").split():
            if line.startswith("~"):
                allowed -= members_of(group)
            else:
                allowed |= members_of(group)
    return allowed


def members_of(group: str) -> set[str]:
    """Give the system calls of a group, those of groups within it among them."""
    if not group.startswith("@"):
        return {group}
    told = run(["systemd-analyze", "syscall-filter", group])
    names = [line.split()[0] for line in told.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(members_of(name) for name in names if name != group))


def enter(unit: Path) -> None:
    """Apply the restrictions of a unit to this process."""
    libc, library = ctypes.CDLL(None, use_errno=True), seccomp()
    calls = allowed_calls(unit) | members_of("@default")
    for capability in range(MOST_CAPABILITIES):
        libc.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0)
    os.umask(int(lines_of(unit, "UMask")[0], 8))
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise FailedError("the kernel takes no promise of no new privileges")
    if lines_of(unit, "MemoryDenyWriteExecute") == ["yes"] and libc.prctl(WRITE_XOR_EXECUTE, 1, 0, 0, 0):
        print("This kernel cannot deny memory that is written and executed: that part is not checked.", file=sys.stderr)
    context = library.seccomp_init(REFUSE_WITH_EPERM)
    for name in sorted(calls):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add_array(context, ALLOW, number, 0, None)
    if library.seccomp_load(context):
        raise FailedError("the filter of system calls could not be loaded")


if __name__ == "__main__":
    enter(Path(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 (that is what this file does when it is run)
