"""Sets up the programs of `locks/deploy.txt` in a separate environment, once for each state of the lock."""

import hashlib
import shutil
import subprocess
import sys

from common import ROOT, TOOLS

LOCK = ROOT / "locks" / "deploy.txt"
STAMP = TOOLS / "lock.sha256"


def main() -> int:
    """Set them up if necessary; if that fails, the checks that need them say so."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    shutil.rmtree(TOOLS, ignore_errors=True)
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [sys.executable, "-m", "venv", str(TOOLS)],
        [*pip, "--no-compile", "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)],
    ]
    for step in steps:
        done = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            print(
                f"The programs of locks/deploy.txt cannot be had here, so some checks will be missing:\n{done.stdout}"
            )
            return 0
    STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
