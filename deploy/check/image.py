"""The image: built from a Debian that is made here, and its root file system run as strict clusters would run it.

Root is needed: for buildah's mounts, and to leave every right again before the image's program starts. No registry and
no container runtime is: `BASE=debian:trixie-slim` takes a base from a registry where one can be reached.
"""

import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from common import (
    ROOT,
    TEAM,
    MissingError,
    Process,
    answers_an_address,
    find,
    free_port,
    require,
    run,
    running,
    scratch,
    wait_for,
)

LARGEST_MB = 700
READY_S = 30
PATIENCE_S = 600
"""For what is built in the background at a low priority: some 20 s on a machine that does nothing else."""
ANY_UID = 1_000_650_000
"""As OpenShift numbers users."""
SUITE = "trixie"
KEPT_BASE = ROOT / "build" / f"{SUITE}.tar"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
DROPPED = ("bin/sh", "bin/bash", "usr/bin/apt", "usr/bin/dpkg", "usr/bin/gcc", "opt/trigpoint/bin/pip")
FOLDER = "/var/lib/trigpoint"


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

    @contextmanager
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

    @contextmanager
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
    """Make a Debian with apt, and give its name; its archive is kept in build/ for the next time."""
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
    """Look at what the image says of itself."""
    image = json.loads(storage("inspect", "--type", "image", "localhost/trigpoint"))["Docker"]["config"]
    require(image["User"] == "10001:0", f"the user is {image['User']}")
    require(image["Entrypoint"] == ["/opt/trigpoint/bin/trigpoint"], f"the entry is {image['Entrypoint']}")
    require(image["Cmd"] == ["serve"], f"the command is {image['Cmd']}")
    test = image["Healthcheck"]["Test"]
    require(test == ["CMD", "/opt/trigpoint/bin/trigpoint", "healthcheck"], f"the health check is {test}")
    require(image["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0", "it has no label of the licence")
    return dict(image)


def look_inside(root: Path) -> float:
    """Look for what should not be there; give the size in MB (10^6 bytes)."""
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
    """The files of an image, and a volume that belongs to the group 0."""

    root: Path
    folder: Path
    config: dict[str, object]

    def check(self) -> float:
        """Serve in it, and ask for an address; give the seconds until it was ready."""
        volume = self.folder / "volume"
        volume.mkdir()
        os.chown(volume, 0, 0)
        volume.chmod(0o2770)
        port = free_port()
        settings = {"TRIGPOINT_PORT": str(port)}
        with running(self.command(["serve"], settings), log=self.folder / "log", environment={}) as process:
            seconds = wait_for(f"http://127.0.0.1:{port}/readyz", process)
            require(seconds <= READY_S, f"it was ready after {seconds:.1f} s, more than {READY_S}:\n{process.said()}")
            self.say("healthcheck", "--ready", **settings)
            token = self.make_token()
            answers_an_address(f"http://127.0.0.1:{port}", token)
            self.look_at_parts(port, process)
        require((volume / "gazetteer" / "current").exists(), "the gazetteer was not built")
        packed = self.say("data", "pack", f"{FOLDER}/data.tar")
        require((volume / "data.tar").exists(), f"the data was not packed: {packed}")
        return seconds

    def look_at_parts(self, port: int, process: Process) -> None:
        """Wait until all that the sample brings is served and the towns of the world are known."""
        for name in ("places/current", "routes/current", "tiles/current", "gazetteer/current"):
            deadline = time.monotonic() + PATIENCE_S
            while not os.path.lexists(self.folder / "volume" / name):
                process.must_live()
                require(time.monotonic() < deadline, f"{name} was not made:\n{process.said()}")
                time.sleep(0.2)
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        said = process.log.read_text("utf-8", "replace")
        require("Traceback" not in said, f"it said:\n{said}")
        plain = [line for line in said.splitlines() if line.strip() and not line.startswith("{")]
        require(not plain, f"not every line is JSON: {plain[:3]}")

    def make_token(self) -> str:
        """Make a team and a key by the command line of the image, and sign with it."""
        self.say("team", "create", "Checks", "--team", TEAM)
        self.say("maps-id", "register", "maps.com.example.app", "--team", TEAM, "--description", "Checks")
        out = ("--out", FOLDER)
        self.say("key", "create", "A key", "--team", TEAM, "--maps-id", "maps.com.example.app", *out)
        (key,) = (self.folder / "volume").glob("AuthKey_*.p8")
        told = self.say("token", "create", "--team", TEAM, "--private-key", f"{FOLDER}/{key.name}")
        return next(line for line in told.splitlines() if line.startswith("eyJ"))

    def say(self, *arguments: str, **settings: str) -> str:
        """Run a command of the image."""
        return run(self.command(list(arguments), settings), environment={})

    def command(self, arguments: list[str], settings: dict[str, str]) -> list[str | Path]:
        """Give the command that enters the files of the image, read-only and without rights, and runs its program."""
        variables = [str(one) for one in list(self.config["Env"])]  # type: ignore[call-overload]  # a list of texts
        words = [f"{name}={value}" for name, value in settings.items()]
        entry = [str(one) for one in list(self.config["Entrypoint"])]  # type: ignore[call-overload]  # and this
        rights = "-all,+sys_chroot,+setuid,+setgid"
        enter = [
            find("setpriv", install="the package 'util-linux'"),
            "--no-new-privs",
            f"--bounding-set={rights}",
            find("chroot", install="coreutils"),
        ]
        enter += [f"--userspec={ANY_UID}:0", "--groups=", str(self.root)]
        env = ["/usr/bin/env", "-i", *variables, *words]
        script = self.folder / "enter.sh"
        script.write_text(ENTER)
        place = ["unshare", "--mount", "--pid", "--fork", "--kill-child=SIGTERM", "/bin/sh", str(script)]
        return [*place, str(self.root), str(self.folder / "volume"), *env, *enter, *entry, *arguments]


ENTER = r"""
set -eu
root=$1 volume=$2; shift 2
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount --bind "$root" "$root"
mount -o remount,ro,bind "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/shm" && mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
mount --bind "$volume" "$root/var/lib/trigpoint"
cd /
exec "$@"
"""
