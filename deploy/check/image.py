"""Checks of the image: build it from a Debian that is created here, and run it as strict clusters would.

This needs root, for buildah's mounts and to drop all privileges before the image's program starts. It needs neither a
registry nor a container runtime; with `BASE=debian:trixie-slim`, the base comes from a registry.
"""

import contextlib
import json
import os
import shlex
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from common import (
    ROOT,
    TEAM,
    FailedError,
    MissingError,
    Process,
    answers_an_address,
    find,
    free_port,
    require,
    run,
    running,
    sample_file,
    scratch,
    wait_for,
)
from page import blocks_of

LARGEST_MB = 700
READY_S = 30
ANY_UID = 1_000_650_000
"""A user ID as OpenShift chooses them."""
SUITE = "trixie"
KEPT_BASE = ROOT / "build" / f"{SUITE}.tar"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
DROPPED = ("bin/sh", "bin/bash", "usr/bin/apt", "usr/bin/dpkg", "usr/bin/gcc", "opt/trigpoint/bin/pip")
FOLDER = "/var/lib/trigpoint"
BUILD = ["--format", "docker", "--file", "deploy/Containerfile", "--tag", "trigpoint", "."]
STRICT = {("read-only", ""), ("cap-drop", "all"), ("security-opt", "no-new-privileges"), ("tmpfs", "/tmp")}  # noqa: S108 (the container's own)


def check_image() -> str:
    """Build the image, look at it, and run it."""
    if os.geteuid() != 0:
        raise MissingError("root is needed to build and enter the image; run 'sudo make check-deploy CHECKS=image'")
    buildah = find("buildah", install="the package 'buildah'")
    find("unshare", install="the package 'util-linux'")
    with scratch() as folder, Storage(buildah, folder).open() as storage:
        began = time.monotonic()
        build(storage, folder)
        built = time.monotonic() - began
        config = look_at_configuration(storage)
        with storage.mounted("trigpoint") as root:
            size = look_inside(root)
            ready = Container(root, folder, config).check()
    return f"{size:.0f} MB, built in {built:.0f} s, ready after {ready:.1f} s as {ANY_UID}:0, read-only, without capabilities and HOME"


@dataclass
class Storage:
    """Images of buildah in a folder of their own."""

    program: str
    folder: Path
    options: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def open(self) -> Iterator["Storage"]:
        """Use the storage, and leave nothing mounted behind."""
        self.options = ["--root", f"{self.folder}/store", "--runroot", f"{self.folder}/run"]
        try:
            yield self
        finally:
            run([self.program, *self.options, "rm", "--all"])

    def __call__(self, *arguments: str | Path) -> str:
        """Run buildah on it."""
        return run([self.program, *self.options, *arguments]).strip()

    @contextlib.contextmanager
    def mounted(self, image: str) -> Iterator[Path]:
        """Mount the files of an image."""
        container = self("from", "--pull-never", f"localhost/{image}").splitlines()[-1]
        yield Path(self("mount", container).splitlines()[-1])
        self("umount", container)


def build(storage: Storage, folder: Path) -> None:
    """Build the image with the base that is wanted."""
    base = os.environ.get("BASE") or make_base(storage, folder)
    settings = folder / "pip.conf"
    mounts = ["--volume", f"{settings}:/etc/pip.conf:ro"]
    lines = ["[global]", "retries = 5"]
    if CERTIFICATES.exists():  # a place of work may have an authority of its own, which the base does not know
        mounts += ["--volume", f"{CERTIFICATES}:/run/certificates.pem:ro"]
        lines.append("cert = /run/certificates.pem")
    settings.write_text("\n".join(lines) + "\n")
    storage(
        *("build", "--isolation", "chroot", "--format", "docker", "--ignorefile", ".containerignore", *mounts),
        *("--build-arg", f"BASE={base}", "--file", "deploy/Containerfile", "--tag", "localhost/trigpoint", "."),
    )


def make_base(storage: Storage, folder: Path) -> str:
    """Create a Debian base with apt, and give its name; its archive is cached in build/."""
    if not KEPT_BASE.exists():
        KEPT_BASE.parent.mkdir(exist_ok=True)
        draft = folder / KEPT_BASE.name
        try:
            run([find("mmdebstrap", install=""), "--quiet", "--variant=apt", SUITE, draft])
        except MissingError:
            debootstrap = find("debootstrap", install="the package 'mmdebstrap' or 'debootstrap'")
            run([debootstrap, "--variant=minbase", SUITE, folder / "debian"])
            run(["tar", "--create", "--file", draft, "--directory", folder / "debian", "."])
        shutil.move(draft, KEPT_BASE)
    context = folder / "base"
    context.mkdir()
    shutil.copy(KEPT_BASE, context / "base.tar")
    (context / "Containerfile").write_text("FROM scratch\nADD base.tar /\n")
    storage("build", "--isolation", "chroot", "--tag", "localhost/base", context)
    return "localhost/base"


def look_at_configuration(storage: Storage) -> dict[str, object]:
    """Check the image's labels and configuration."""
    image = json.loads(storage("inspect", "--type", "image", "localhost/trigpoint"))["Docker"]["config"]
    require(image["User"] == "10001:0", f"the user is {image['User']}")
    require(image["Entrypoint"] == ["/opt/trigpoint/bin/trigpoint"], f"the entry is {image['Entrypoint']}")
    require(image["Cmd"] == ["serve"], f"the command is {image['Cmd']}")
    test = image["Healthcheck"]["Test"]
    require(test == ["CMD", "/opt/trigpoint/bin/trigpoint", "healthcheck"], f"the health check is {test}")
    require(image["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0", "it has no label of the licence")
    return dict(image)


def look_inside(root: Path) -> float:
    """Check that the image has nothing that it should not have; give its size in MB (10^6 bytes)."""
    found = [name for name in DROPPED if (root / name).exists()]
    require(not found, f"the image holds {found}")
    size, privileged = 0, []
    for folder, _, names in os.walk(root):
        for name in names:
            status = (Path(folder) / name).lstat()
            size += status.st_size
            if stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_ISUID | stat.S_ISGID):
                privileged.append(name)
    require(not privileged, f"files with a right of their own: {privileged}")
    require(size <= LARGEST_MB * 1_000_000, f"the image has {size / 1e6:.0f} MB, more than {LARGEST_MB}")
    return size / 1_000_000


@dataclass
class Container:
    """The files of an image, and volumes. It follows the recipe of `docs/deploy.md`, whose words for podman it reads."""

    root: Path
    folder: Path
    config: dict[str, object]
    port: int = field(default_factory=free_port)
    kept: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    served: list[Process] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    """Mounts and settings of the server, for commands that run beside it."""

    def check(self) -> float:
        """Follow the recipe, and ask for an address; give the seconds until the server was ready."""
        extracts = self.folder / "extracts"
        extracts.mkdir()
        shutil.copy(sample_file(), extracts / "liechtenstein-latest.osm.pbf")
        seconds = 0.0
        with self.kept:
            for line in "".join(blocks_of("container")).splitlines():
                began = time.monotonic()
                self.follow(line)
                if line.startswith("podman run --detach"):
                    wait_for(f"http://127.0.0.1:{self.port}/readyz", self.served[0])
                    seconds = time.monotonic() - began
                    require(seconds <= READY_S, f"it was ready after {seconds:.1f} s:\n{self.served[0].said()}")
            answers_an_address(f"http://127.0.0.1:{self.port}", self.make_token())
            self.say("data", "pack", f"{FOLDER}/region.zip")
            said = self.served[0].log.read_text("utf-8", "replace")
        data = self.folder / "trigpoint-data"
        made = [name for name in ("places", "routes", "tiles", "gazetteer") if os.path.lexists(data / name / "current")]
        require(len(made) == 4, f"the import has made {made} alone")
        require("Traceback" not in said, f"it said:\n{said}")
        plain = [line for line in said.splitlines() if line.strip() and not line.startswith("{")]
        require(not plain, f"not every line is JSON: {plain[:3]}")
        return seconds

    def follow(self, line: str) -> None:
        """Do what a command of the recipe does, without podman."""
        words = shlex.split(line.removeprefix("until ").partition(";")[0])
        if words[:2] == ["podman", "build"]:
            require(words[2:] == BUILD, f"the check builds otherwise than {line}")
        elif words[:3] == ["podman", "volume", "create"]:
            volume = self.folder / words[3]
            volume.mkdir()
            os.chown(volume, 0, 0)
            volume.chmod(0o2770)  # as a platform lays it for users that it numbers, of the group 0
        elif words[:3] == ["podman", "exec", "trigpoint"]:
            require(words[3] == "trigpoint", f"only trigpoint is in the image: {line}")
            self.say(*words[4:])
        elif words[:2] == ["podman", "run"]:
            options, arguments = read_options(words[2:])
            require(set(options) >= STRICT, f"the container of {line} is not as strict as the page says")
            self.start(options, arguments)
        else:
            raise FailedError(f"the check does not know how to follow {line!r}")

    def start(self, options: list[tuple[str, str]], arguments: list[str]) -> None:
        """Run a container to its end, or until all is checked."""
        place = [f"{name}={value}" for name, value in options if name in {"volume", "env"}]
        if ("detach", "") not in options:
            run(self.command(place, arguments), environment={})
            return
        require(("publish", "127.0.0.1:8060:8060") in options, "the server is to be reached from this machine alone")
        self.place = [*place, f"env=TRIGPOINT_PORT={self.port}"]
        command = self.command(self.place, arguments)
        self.served.append(self.kept.enter_context(running(command, log=self.folder / "log", environment={})))

    def make_token(self) -> str:
        """Make a team and a key by the command line of the image, and sign with it."""
        self.say("team", "create", "Checks", "--team", TEAM)
        self.say("maps-id", "register", "maps.com.example.app", "--team", TEAM, "--description", "Checks")
        out = ("--out", FOLDER)
        self.say("key", "create", "A key", "--team", TEAM, "--maps-id", "maps.com.example.app", *out)
        (key,) = (self.folder / "trigpoint-state").glob("AuthKey_*.p8")
        told = self.say("token", "create", "--team", TEAM, "--private-key", f"{FOLDER}/{key.name}")
        return next(line for line in told.splitlines() if line.startswith("eyJ"))

    def say(self, *arguments: str) -> str:
        """Run a command of the image with the server's volumes and settings."""
        return run(self.command(self.place, list(arguments)), environment={})

    def command(self, place: list[str], arguments: list[str]) -> list[str | Path]:
        """Give the command that enters the files of the image, read-only and without rights, and runs its program."""
        variables = [str(one) for one in list(self.config["Env"])]  # type: ignore[call-overload]  # a list of texts
        entry = [str(one) for one in list(self.config["Entrypoint"])]  # type: ignore[call-overload]  # and this
        mounts = []
        for one in place:
            name, _, value = one.partition("=")
            if name == "env":
                variables.append(value)
            else:
                source, target, *mode = value.split(":")
                mounts.append(f"{self.folder / source}:{target}:{'ro' if mode == ['ro'] else 'rw'}")
        rights = "-all,+sys_chroot,+setuid,+setgid"
        enter = [find("setpriv", install="the package 'util-linux'"), "--no-new-privs", f"--bounding-set={rights}"]
        enter += [find("chroot", install="coreutils"), f"--userspec={ANY_UID}:0", "--groups=", str(self.root)]
        script = self.folder / "enter.sh"
        script.write_text(ENTER)
        outside = ["unshare", "--mount", "--pid", "--fork", "--kill-child=SIGTERM", "/bin/sh", str(script)]
        inside = ["/usr/bin/env", "-i", *variables, *enter, *entry, *arguments]
        return [*outside, str(self.root), " ".join(mounts), *inside]


def read_options(words: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Read the options of `podman run`; give them, and what the image's program is told."""
    options: list[tuple[str, str]] = []
    rest = list(words)
    while rest[0].startswith("--"):
        name = rest.pop(0).removeprefix("--")
        options.append((name, "" if name in {"rm", "detach", "read-only"} else rest.pop(0)))
    require(rest.pop(0) == "trigpoint", f"the image is not trigpoint: {words}")
    return options, rest


ENTER = r"""
set -eu
root=$1 volumes=$2; shift 2
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount --bind "$root" "$root"
for volume in $volumes; do rest=${volume#*:}; mkdir -p "$root${rest%:*}"; done
mount -o remount,ro,bind "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/shm" && mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
# The image names /var/lib/trigpoint a volume: without one it is an empty folder of the container's own.
mount -t tmpfs -o mode=2770,nosuid,nodev tmpfs "$root/var/lib/trigpoint"
for volume in $volumes; do
  source=${volume%%:*} rest=${volume#*:}
  target=$root${rest%:*}
  mount --bind "$source" "$target"
  [ "${rest#*:}" = rw ] || mount -o remount,ro,bind "$target"
done
cd /
exec "$@"
"""
