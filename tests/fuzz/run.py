"""Feed a reader with inputs for as long as you like: `python tests/fuzz/run.py tokens --seconds 600`, or `all`.

With atheris (`make fuzz` installs it where it has a wheel: Linux on x86-64) the inputs follow the branches of the code;
without, they are changed at random. What was found is written to `build/fuzz/TARGET/crash-…`; give that file to run it again.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOUND = ROOT / "build" / "fuzz"
NAMES = (
    "tokens",
    "snapshot-urls",
    "snapshot-tiles",
    "snapshot-images",
    "keys",
    "http",
    "backup",
    "leaks",
    "extract",
    "webhook",
)


def main() -> int:
    """Read the arguments, and feed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*NAMES, "all"])
    parser.add_argument("--seconds", type=int, default=60, help="how long, for each target")
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("file", nargs="*", type=Path, help="inputs to feed once")
    asked = parser.parse_args()
    if asked.target == "all":
        plain = ["--plain"] if asked.plain else []
        each = [sys.executable, __file__]
        return max(
            subprocess.run([*each, name, "--seconds", str(asked.seconds), *plain], check=False).returncode
            for name in NAMES
        )
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
    folder = FOUND / asked.target
    folder.mkdir(parents=True, exist_ok=True)
    if asked.file:
        from fuzz.targets import TARGETS

        for file in asked.file:
            TARGETS[asked.target].feed(file.read_bytes())
        return 0
    try:
        import atheris
    except ImportError:
        return feed_at_random(asked.target, asked.seconds, folder)
    return (
        feed_at_random(asked.target, asked.seconds, folder)
        if asked.plain
        else guide(atheris, asked.target, asked.seconds, folder)
    )


def guide(atheris: object, name: str, seconds: int, folder: Path) -> int:
    """Let atheris find inputs that reach new branches of our code. It ends the process by itself."""
    with atheris.instrument_imports(include=["trigpoint"]):  # type: ignore[attr-defined]
        from fuzz.targets import TARGETS
    target = TARGETS[name]
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (seeds / f"seed{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-max_len=20000",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    arguments = [sys.argv[0], *options, f"-artifact_prefix={folder}/", str(seeds)]
    atheris.Setup(arguments, target.feed)  # type: ignore[attr-defined]
    atheris.Fuzz()  # type: ignore[attr-defined]
    return 0


def feed_at_random(name: str, seconds: int, folder: Path) -> int:
    """Change the seeds at random, from another start in each run."""
    from fuzz.mutating import mutate
    from fuzz.targets import TARGETS

    target = TARGETS[name]
    chance, ends, count = random.Random(), time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        data = mutate(target.seeds, chance)
        count += 1
        try:
            target.feed(data)
        except Exception:
            (folder / f"crash-{count}").write_bytes(data)
            sys.stderr.write(f"{name}: {folder / f'crash-{count}'}\n")
            raise
    sys.stdout.write(f"{name}: {count:,} inputs in {seconds} s, nothing found\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
