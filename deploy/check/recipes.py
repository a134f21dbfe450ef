"""`docs/deploy.md`, followed to the letter: every marked block of commands, on Debian machines made for it.

A machine is a root file system (packages of Debian, laid over each other) in a network of its own. What a machine has and
this one cannot give it has a stand-in, and the sandboxes of the units are checked elsewhere (`units.py`):

- `systemctl` reads the unit and runs its command as its user, with its environment, folders and umask;
- `sudo` becomes the user that is named; the download of an extract is the sample region;
- files that the page copies over ssh lie in a folder that all machines share.
"""

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common import ROOT, FailedError, MissingError, find, require, run, sample_file, scratch
from image import CERTIFICATES, KEPT_BASE, SUITE
from page import blocks_of
from proxies import certify

INSIDE = "TRIGPOINT_CHECK_INSIDE"
"""Set in the process that has mounts of its own."""
ADDRESSES = {"front": "192.0.2.10", "one": "192.0.2.11", "two": "192.0.2.12"}

SYSTEMCTL = r"""#!/usr/bin/python3
import os, re, shlex, signal, subprocess, sys, time
from pathlib import Path
words = [word for word in sys.argv[1:] if not word.startswith("-")]
verb, names = words[0], words[1:]
PIDS = Path("/run")
def lines(name, key):
    text = Path(f"/etc/systemd/system/{name}.service").read_text()
    return re.findall(rf"^{key}=(.*)$", text, re.M)
def one(name, key, default=""):
    return (lines(name, key) or [default])[-1]
def start(name):
    user = one(name, "User", "root")
    environment = {"PATH": "/usr/bin:/bin"}
    for file in lines(name, "EnvironmentFile"):
        for line in Path(file).read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                key, _, value = line.partition("=")
                environment[key] = value
    for folder in lines(name, "StateDirectory"):
        path = Path("/var/lib") / folder
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(int(one(name, "StateDirectoryMode", "755"), 8))
        subprocess.run(["chown", f"{user}:{user}", path], check=True)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--no-new-privs", "--bounding-set=-all"]
    def command(text):
        for key, value in environment.items():
            text = text.replace(f"${key}", value)
        return become + shlex.split(text)
    umask, place = int(one(name, "UMask", "022"), 8), one(name, "WorkingDirectory", "/")
    options = {"env": environment, "umask": umask, "cwd": place, "start_new_session": True}
    log = open(f"/var/log/{name}.log", "ab")
    if one(name, "Type") == "oneshot":
        for text in lines(name, "ExecStartPre"):
            done = subprocess.run(command(text.lstrip("-")), stdout=log, stderr=log, **options)
            if done.returncode and not text.startswith("-"):
                sys.exit(1)
        done = subprocess.run(command(one(name, "ExecStart")), stdout=log, stderr=log, **options)
        if done.returncode:
            sys.stderr.write(Path(f"/var/log/{name}.log").read_text()[-3000:])
        sys.exit(done.returncode)
    process = subprocess.Popen(command(one(name, "ExecStart")), stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options)
    (PIDS / f"{name}.pid").write_text(str(process.pid))
def stop(name):
    file = PIDS / f"{name}.pid"
    if not file.exists():
        return
    pid = int(file.read_text())
    deadline = time.monotonic() + float(one(name, "TimeoutStopSec", "90"))
    try:
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline:
            time.sleep(0.05)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                break
    except (ProcessLookupError, FileNotFoundError):
        pass
    else:
        if time.monotonic() >= deadline:
            sys.exit(f"{name} did not stop in time")
    file.unlink()
OTHERS = {
    "nginx": ("/usr/sbin/nginx", "/usr/sbin/nginx -s reload"),
    "haproxy": ("/usr/sbin/haproxy -D -p /run/haproxy.pid -f /etc/haproxy/haproxy.cfg",
                "/usr/sbin/haproxy -D -p /run/haproxy.pid -f /etc/haproxy/haproxy.cfg"),
    "postgresql": ("/usr/bin/pg_ctlcluster 17 main start", "/usr/bin/pg_ctlcluster 17 main restart"),
}
if verb == "daemon-reload":
    sys.exit(0)
for name in names:
    if name.endswith(".timer"):
        subprocess.run(["test", "-f", f"/etc/systemd/system/{name}"], check=True)
    elif name in OTHERS:
        first, again = OTHERS[name]
        marker = PIDS / f"{name}.begun"
        subprocess.run(shlex.split(again if marker.exists() else first), check=True)
        marker.touch()
    else:
        if verb == "restart":
            stop(name)
        start(name)
"""
SUDO = r"""#!/bin/sh
[ "$1" = -- ] && shift
if [ "$1" = -u ]; then user=$2; shift 2; exec setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; fi
exec "$@"
"""
CURL = r"""#!/bin/sh
case "$*" in *download.geofabrik.de*)
  out=liechtenstein-latest.osm.pbf
  while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done
  exec cp /shared/sample.osm.pbf "$out";;
esac
exec /usr/bin/curl "$@"
"""


def check_recipes() -> str:
    """Follow the page in a process that has mounts of its own, which end with it."""
    if os.geteuid() != 0:
        raise MissingError("root is needed to make machines; run 'sudo make check-deploy CHECKS=recipes'")
    find("ip", install="the package 'iproute2'")
    with scratch() as folder:  # made and removed out here, where nothing is mounted in it
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, str(folder)]
        done = subprocess.run(command, env={**os.environ, INSIDE: "1"}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise FailedError(done.stdout[-6000:])
    return done.stdout.strip().splitlines()[-1]


@dataclass
class Machine:
    """A root file system and a network."""

    name: str
    root: Path

    @property
    def network(self) -> str:
        """The name of its network."""
        return f"tp{os.getpid()}-{self.name}"

    def follow(self, recipe: str, which: slice = slice(None)) -> None:
        """Run the blocks of a recipe; what fetches packages does so in the network of this machine's host."""
        for block in blocks_of(recipe)[which]:
            lines = block.splitlines()
            for is_fetching, group in itertools.groupby(lines, key=lambda line: "apt-get" in line):
                script = "\n".join(group)
                self.run(script, outside=is_fetching)
                if is_fetching and " postgresql" in script:  # the package starts its service, where there is systemd
                    self.run("systemctl start postgresql")

    def run(self, script: str, *, outside: bool = False) -> str:
        """Run commands as a shell does that stops at the first that fails."""
        print(f"--- {self.name}\n{script}", flush=True)
        enter = [] if outside else ["ip", "netns", "exec", self.network]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            "PIP_CONFIG_FILE": "/shared/pip.conf",
        } | ({} if outside else {"CURL_CA_BUNDLE": "/shared/certificate.pem"})
        words = [f"{name}={value}" for name, value in environment.items()]
        shell = ["/bin/bash", "-euc", f"cd /root/trigpoint\n{script}"]
        command = [*enter, "chroot", str(self.root), "/usr/bin/env", "-i", *words, *shell]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        print(done.stdout[-3000:], flush=True)
        require(done.returncode == 0, f"on {self.name} this ended with {done.returncode}:\n{script}\n{done.stdout}")
        return done.stdout


def mount_system(root: Path, shared: Path) -> None:
    """Mount what programs look for."""
    run(["mount", "-t", "proc", "proc", root / "proc"])
    (root / "shared").mkdir(exist_ok=True)
    run(["mount", "--bind", shared, root / "shared"])


def make_base(folder: Path, shared: Path) -> Path:
    """Make the machine that all others begin as, with the program installed as the page says."""
    root = folder / "base"
    root.mkdir()
    if not KEPT_BASE.exists():
        KEPT_BASE.parent.mkdir(exist_ok=True)
        run([find("mmdebstrap", install="the package 'mmdebstrap'"), "--quiet", "--variant=apt", SUITE, KEPT_BASE])
    run(["tar", "--extract", "--file", KEPT_BASE, "--directory", root])
    for name, text in (("systemctl", SYSTEMCTL), ("sudo", SUDO), ("curl", CURL)):
        path = root / "usr" / "local" / "bin" / name
        path.write_text(text)
        path.chmod(0o755)
    never = root / "usr" / "sbin" / "policy-rc.d"
    never.write_text("#!/bin/sh\nexit 101\n")  # packages start no service of their own
    never.chmod(0o755)
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    checkout = root / "root" / "trigpoint"
    checkout.mkdir()
    archive = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    pack = ["tar", "--create", "--null", "--files-from=-"]
    packed = subprocess.run(pack, cwd=ROOT, input=archive.stdout, capture_output=True, check=True)
    subprocess.run(["tar", "--extract", "--directory", checkout], input=packed.stdout, check=True)
    mount_system(root, shared)
    machine = Machine("base", root)
    run(["chroot", root, "/usr/bin/apt-get", "update"])
    tools = ["ca-certificates", "hostname", "systemd-standalone-sysusers", "python3-minimal"]
    run(["chroot", root, "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", *tools])
    for block in blocks_of("base"):
        machine.run(block, outside=True)
    for place in ("proc", "shared"):
        run(["umount", root / place])
    return root


@contextlib.contextmanager
def machines(folder: Path, shared: Path, base: Path, addresses: dict[str, str]) -> Iterator[dict[str, Machine]]:
    """Make machines on one network; all that runs on them ends with the block."""
    bridge, made = f"tpb{os.getpid()}", {}
    run(["ip", "netns", "add", bridge])
    run(["ip", "-n", bridge, "link", "add", "br0", "type", "bridge"])
    run(["ip", "-n", bridge, "link", "set", "br0", "up"])
    try:
        for name, address in addresses.items():
            places = {part: folder / name / part for part in ("upper", "work", "root")}
            for place in places.values():
                place.mkdir(parents=True)
            options = f"lowerdir={base},upperdir={places['upper']},workdir={places['work']}"
            run(["mount", "-t", "overlay", "overlay", "-o", options, places["root"]])
            machine = made[name] = Machine(name, places["root"])
            mount_system(machine.root, shared)
            run(["ip", "netns", "add", machine.network])
            run(
                [
                    "ip",
                    "-n",
                    bridge,
                    "link",
                    "add",
                    name,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    machine.network,
                ]
            )
            run(["ip", "-n", bridge, "link", "set", name, "master", "br0", "up"])
            for step in (
                ["addr", "add", f"{address}/24", "dev", "eth0"],
                ["link", "set", "eth0", "up"],
                ["link", "set", "lo", "up"],
            ):
                run(["ip", "-n", machine.network, *step])
            front = addresses.get("front", "127.0.0.1")
            (machine.root / "etc" / "hosts").write_text(f"127.0.0.1 localhost\n{front} maps.example.com\n")
        yield made
    finally:
        for network in [*(machine.network for machine in made.values()), bridge]:
            for _ in range(50):
                pids = subprocess.run(
                    ["ip", "netns", "pids", network], capture_output=True, text=True, check=False
                ).stdout
                for pid in pids.split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
                if not pids:
                    break
                time.sleep(0.1)
            subprocess.run(["ip", "netns", "delete", network], check=False)


def put_certificate(machine: Machine, files: Path, *names: tuple[str, str]) -> None:
    """Put certificate and key where an example wants them, as certbot or an authority would."""
    for source, target in names:
        path = machine.root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(files / source, path)


def follow_single(folder: Path, shared: Path, base: Path) -> None:
    """One server with nginx."""
    with machines(folder, shared, base, {"single": "192.0.2.20"}) as made:
        machine = made["single"]
        named = (
            ("certificate.pem", "etc/ssl/certs/maps.example.com.pem"),
            ("key.pem", "etc/ssl/private/maps.example.com.key"),
        )
        put_certificate(machine, shared, *named)
        machine.follow("single")
        told = machine.run(
            "curl --fail --silent --show-error https://maps.example.com/healthz; trigpoint healthcheck --ready"
        )
        require("Answers from liechtenstein-latest.osm.pbf" in told, f"the import is not in service: {told}")
        link = machine.run("trigpoint person set-up-link")
        require("https://maps.example.com/set-up/" in link, f"the link: {link}")
        (address,) = re.findall(r"https://maps\S+", link)
        page = machine.run(f"curl --fail --silent {address}")
        require("Set up this server" in page, "the link opens no page")
        ask_for_an_address(machine)


def ask_for_an_address(machine: Machine) -> None:
    """Make a key on a machine, and ask through the public URL."""
    told = machine.run(
        'trigpoint team create "My Company" --team K5GNLXS2QT\n'
        'trigpoint maps-id register maps.com.example.app --team K5GNLXS2QT --description "My app"\n'
        'trigpoint key create "My key" --team K5GNLXS2QT --maps-id maps.com.example.app --out /var/lib/trigpoint\n'
        "AUTH=$(trigpoint token create --team K5GNLXS2QT --private-key /var/lib/trigpoint/AuthKey_*.p8)\n"
        'curl --fail --silent -H "Authorization: Bearer $AUTH" https://maps.example.com/v1/token > answer\n'
        'TOKEN=$(sed \'s/.*"accessToken":"\\([^"]*\\)".*/\\1/\' answer)\n'
        'echo "$TOKEN" > /shared/token\n'
        'curl --fail --silent -H "Authorization: Bearer $TOKEN" '
        '"https://maps.example.com/v1/geocode?q=Mannerheimintie+5,+Helsinki"\n'
    )
    require('"results":[{' in told, f"the address: {told}")


def follow_two(folder: Path, shared: Path, base: Path) -> str:
    """Two servers with PostgreSQL and HAProxy, and a rolling restart under load."""
    with machines(folder, shared, base, ADDRESSES) as made:
        front, one, two = made["front"], made["one"], made["two"]
        put_certificate(front, shared, ("both.pem", "etc/haproxy/maps.example.com.pem"))
        front.follow("front", slice(0, 1))
        front.run("cp database_url master_key /shared/")
        for machine in (one, two):
            machine.run("cp /shared/database_url /shared/master_key .")
            machine.follow("server")
        one.follow("one")
        one.run("cp region.zip region.zip.sha256 /shared/")
        two.run("cp /shared/region.zip /shared/region.zip.sha256 .")
        two.follow("two")
        front.follow("front", slice(1, 2))
        ask_for_an_address(one)
        return roll(front, [one, two])


LOAD = r"""
import http.client, ssl, sys, threading, time
token = open("/shared/token").read().strip()
context = ssl.create_default_context(cafile="/shared/certificate.pem")
stop, lost, done = threading.Event(), [], [0]
def call():
    connection = None
    while not stop.is_set():
        try:
            if connection is None:
                connection = http.client.HTTPSConnection("maps.example.com", timeout=20, context=context)
            connection.request("GET", "/v1/geocode?q=Mannerheimintie+5,+Helsinki", headers={"Authorization": "Bearer " + token})
            answer = connection.getresponse()
            answer.read()
            done[0] += 1
            if answer.status != 200:
                lost.append(answer.status)
            if answer.getheader("connection", "").lower() == "close":
                connection.close(); connection = None
        except Exception as error:
            lost.append(repr(error)); connection = None
threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads: thread.start()
while not __import__("os").path.exists("/shared/stop"): time.sleep(0.1)
stop.set()
for thread in threads: thread.join()
print("calls", done[0], "lost", len(lost), lost[:5])
"""


def roll(front: Machine, servers: list[Machine]) -> str:
    """Restart one server after the other under load; give how many calls were made."""
    load = front.root / "root" / "load.py"
    load.write_text(LOAD)
    command = ["ip", "netns", "exec", front.network, "chroot", str(front.root), "/usr/bin/python3", "/root/load.py"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for server in servers:
            server.follow("roll")
            time.sleep(3)  # the balancer believes two good checks
    finally:
        (front.root / "shared" / "stop").touch()
        told = process.communicate(timeout=60)[0]
    print(told)
    found = re.search(r"calls (\d+) lost (\d+)", told)
    require(found and found[2] == "0", f"the rolling restart lost calls: {told}")
    return f"{found[1]} calls during the rolling restart, none lost" if found else ""


def main() -> int:
    """Follow the page; this process has its own mounts."""
    began = time.monotonic()
    folder = Path(sys.argv[1])
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    certify(shared)
    (shared / "certificate.pem").chmod(0o644)
    shutil.copy(sample_file(), shared / "sample.osm.pbf")
    lines = ["[global]", "retries = 5"]
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, shared / "authorities.pem")
        lines.append("cert = /shared/authorities.pem")
    (shared / "pip.conf").write_text("\n".join(lines) + "\n")
    try:
        base = make_base(folder, shared)
        follow_single(folder, shared, base)
        rolled = follow_two(folder, shared, base)
    except FailedError as error:
        print(error)
        return 1
    print(
        f"one server with nginx; two servers with PostgreSQL and HAProxy, {rolled} ({time.monotonic() - began:.0f} s)"
    )
    return 0


if __name__ == "__main__" and os.environ.get(INSIDE):
    sys.exit(main())
