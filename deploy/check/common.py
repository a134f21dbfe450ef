"""What the checks of `deploy/` share: finding and running programs, and a server to check with."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TOOLS = ROOT / "build" / "deploy-tools"
"""An environment with the programs of `locks/deploy.txt`."""
TRIGPOINT = Path(sys.executable).with_name("trigpoint")
START_S = 120.0
STOP_S = 60.0
TEAM = "K5GNLXS2QT"
ADDRESS = "/v1/geocode?q=Mannerheimintie+5,+Helsinki"
"""A question that the sample region answers."""


class MissingError(Exception):
    """A check cannot run on this machine; the message says what to install, or who must run it."""


class FailedError(Exception):
    """A check has found an error."""


def find(program: str, *, install: str) -> str:
    """Find a program on PATH, among the system's own or in the environment of the checks."""
    path = os.pathsep.join([str(TOOLS / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(program, path=path)
    if found is None:
        raise MissingError(f"no {program!r} here; install {install}")
    return found


def run(
    command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, cwd: Path = ROOT, expect: int = 0
) -> str:
    """Run a program to its end, and give what it printed; raises FailedError with that if it ends otherwise."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=None if environment is None else dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode != expect:
        raise FailedError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def require(holds: object, sentence: str) -> None:
    """Raise FailedError with a message unless a condition holds."""
    if not holds:
        raise FailedError(sentence)


def free_port() -> int:
    """Give a free port on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a temporary folder that other users can read."""
    folder = Path(tempfile.mkdtemp(prefix="trigpoint-check-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings(home: Path, **more: str) -> dict[str, str]:
    """Give an environment with these settings of Trigpoint and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    return {**kept, "TRIGPOINT_HOME": str(home), "TRIGPOINT_GAZETTEER": "0", **more}


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """Replace passages of an example for a check; each must exist, so that the check really uses the example."""
    for before, after in changes.items():
        require(before in text, f"the example has no {before!r} any more: change it in deploy/check, too")
        text = text.replace(before, after)
    return text


@dataclass
class Process:
    """A program that runs until the end of a block, with its log file."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def must_live(self) -> None:
        """Raise FailedError with its output if it has ended."""
        require(self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.said()}")

    def said(self) -> str:
        """Give the end of its output."""
        return self.log.read_text("utf-8", "replace")[-4000:]


@contextmanager
def running(
    command: Sequence[str | Path], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run a program in a group of its own until the end of the block; it must end when it is told to."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=None if environment is None else dict(environment),
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    one = Process(process, log)
    try:
        yield one
    finally:
        tell_to_stop(process)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise FailedError(f"{command[0]} did not stop:\n{one.said()}") from None


def tell_to_stop(process: "subprocess.Popen[bytes]") -> None:
    """Send SIGTERM; `unshare` does not pass it on, so that its child gets it instead."""
    receiver = process.pid
    if process.poll() is None and Path(str(process.args[0])).name == "unshare":  # type: ignore[index]  # a list
        told = Path(f"/proc/{receiver}/task/{receiver}/children").read_text().split()
        receiver = int(told[0]) if told else receiver
    with suppress(ProcessLookupError):
        os.kill(receiver, signal.SIGTERM)


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    """Fetch a URL of this machine, without any proxy; give status and body."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (URLs of the checks, http on loopback)
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def wait_for(url: str, process: Process, *, seconds: float = START_S) -> float:
    """Wait until a URL responds with 200; give the seconds that it took."""
    began = time.monotonic()
    last: object = "nothing"
    while time.monotonic() - began < seconds:
        process.must_live()
        try:
            status, body = fetch(url)
            if status == 200:
                return time.monotonic() - began
            last = body.decode("utf-8", "replace")
        except OSError as error:
            last = error
        time.sleep(0.1)
    raise FailedError(f"{url} was not answered with 200 within {seconds:.0f} s ({last}):\n{process.said()}")


@dataclass
class Installation:
    """A data folder with the sample region, a team and a key."""

    home: Path
    key: Path
    made: dict[str, str] = field(default_factory=dict)

    def trigpoint(self, *arguments: str, **more: str) -> str:
        """Run a command on it."""
        return run([TRIGPOINT, *arguments], environment=settings(self.home, **more))

    def auth_token(self, *options: str) -> str:
        """Sign an auth token."""
        told = self.trigpoint("token", "create", "--team", TEAM, "--private-key", str(self.key), *options)
        return next(line for line in told.splitlines() if line.startswith("eyJ"))


def sample_file() -> Path:
    """Give the extract of the sample region."""
    told = run([sys.executable, "-c", "from trigpoint.engines.sample import find_sample; print(find_sample() or '')"])
    if not told.strip():
        raise MissingError("the sample region is not installed; run 'make setup-dev'")
    return Path(told.strip())


def found_team(home: Path, environment: Mapping[str, str]) -> Installation:
    """Make a team, a Maps ID and a key in a data folder."""

    def trigpoint(*arguments: str) -> str:
        return run([TRIGPOINT, *arguments], environment=environment)

    trigpoint("team", "create", "Checks", "--team", TEAM)
    trigpoint("maps-id", "register", "maps.com.example.app", "--team", TEAM, "--description", "Checks")
    folder = home.parent / f"{home.name}-keys"
    folder.mkdir()
    arguments = ("key", "create", "A key", "--team", TEAM, "--maps-id", "maps.com.example.app", "--out", str(folder))
    trigpoint(*arguments)
    (key,) = folder.glob("AuthKey_*.p8")
    return Installation(home, key)


@cache
def sample_data() -> Path:
    """Import the sample region once for all checks; give its data folder, which must not be changed."""
    folder = Path(tempfile.mkdtemp(prefix="trigpoint-check-data-"))
    run([TRIGPOINT, "import", sample_file()], environment=settings(folder / "home"))
    return folder / "home"


def drop_sample_data() -> None:
    """Remove what `sample_data` made."""
    if sample_data.cache_info().currsize:
        shutil.rmtree(sample_data().parent, ignore_errors=True)
        sample_data.cache_clear()


@contextmanager
def an_installation() -> Iterator[Installation]:
    """Make an installation with the sample region in a folder of its own."""
    with scratch() as folder:
        home = folder / "home"
        shutil.copytree(sample_data(), home, symlinks=True)
        home.chmod(0o700)
        yield found_team(home, settings(home))


def answers_an_address(base: str, auth_token: str, **headers: str) -> None:
    """Exchange a token and ask for an address, as a client does."""
    status, body = fetch(f"{base}/v1/token", Authorization=f"Bearer {auth_token}", **headers)
    require(status == 200, f"the exchange was answered with {status}: {body.decode()}")
    access = json.loads(body)["accessToken"]
    status, body = fetch(base + ADDRESS, Authorization=f"Bearer {access}", **headers)
    require(status == 200 and json.loads(body)["results"], f"the address was answered with {status}: {body.decode()}")
