"""Follows `docs/deploy.md` to the letter: runs every marked command block, on Debian machines that are created for it.

A machine is a root file system (Debian packages on overlay mounts) with a network namespace. What it cannot have here is
replaced; the sandboxes of the units are checked in `units.py`:

- `systemctl` reads the unit and runs its command as its user, with its environment, folders and umask;
- `sudo` switches to the named user; the download of an extract gives the sample region;
- files that the page copies over ssh are in a folder that all machines share.
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
from stand_ins import CURL, LOAD, SUDO, SYSTEMCTL

INSIDE = "TRIGPOINT_CHECK_INSIDE"
"""Set in the process that has mounts of its own."""
ADDRESSES = {"front": "192.0.2.10", "one": "192.0.2.11", "two": "192.0.2.12"}


def check_recipes() -> str:
    """Follow the page in a process with its own mount namespace."""
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
        """Run the blocks of a recipe; commands that download packages run in the network of the host."""
        for block in blocks_of(recipe)[which]:
            lines = block.splitlines()
            for is_fetching, group in itertools.groupby(lines, key=lambda line: "apt-get" in line):
                script = "\n".join(group)
                self.run(script, outside=is_fetching)
                if is_fetching and " postgresql" in script:  # the package starts its service, where there is systemd
                    self.run("systemctl start postgresql")

    def run(self, script: str, *, outside: bool = False) -> str:
        """Run commands in a shell that stops at the first failure."""
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
    """Mount /proc, /dev and so on."""
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
        "trigpoint quota set --team K5GNLXS2QT --service-calls none\n"
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
    print(told, flush=True)
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
