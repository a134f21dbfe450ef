"""The memory of the processes of an import: how much is free, and settings that keep it low."""

import ctypes
from contextlib import suppress
from pathlib import Path

MALLOC_SETTINGS = {-8: 1, -3: 1 << 20, -1: 16 << 20}
"""For `mallopt` of glibc: one arena; blocks of a megabyte and more are mapped one by one; from 16 megabytes on, the free end of
the heap is given back: with less, the same pages come and go, which takes a tenth of an import's CPU time
(`M_ARENA_MAX`, `M_MMAP_THRESHOLD`, `M_TRIM_THRESHOLD`)."""


def free_bytes(*, otherwise: int) -> int:
    """Return the free memory of the machine or control group in bytes, as Linux reports it; elsewhere `otherwise`."""
    found = []
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")))
    with suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        most, used = (group / "memory.max").read_text(), (group / "memory.current").read_text()
        found.append(int(most) - int(used))
    return max(0, min(found, default=otherwise))


def give_back_memory() -> None:
    """Return freed memory to the system after a step, if the C library can (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def hold_little_memory() -> None:
    """Make all threads of this process allocate from one arena, and return large blocks at once (glibc).

    Threads of an import rarely allocate at the same time. This lasts until the process ends.
    """
    with suppress(AttributeError, OSError, TypeError):
        for setting, value in MALLOC_SETTINGS.items():
            ctypes.CDLL(None).mallopt(setting, value)
