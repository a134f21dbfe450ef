"""Write `docs/refusals.md` from the reasons in the code; with --check, tell whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from trigpoint.credentials.reasons import REASONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "refusals.md"
HEAD = """# Refusals

Every reason why a credential is refused (401) or draws a warning: what is wrong, how that comes about, and what to do.
The code stands in the answer's `details` when explanations are on (`TRIGPOINT_EXPLAIN=1`, the default on loopback), in
the log under the answer's `x-rid`, and in what `trigpoint token inspect` prints.

This page is written from `src/trigpoint/credentials/reasons` by `tools/write_refusals.py`.
"""


def page() -> str:
    """Give the whole page."""
    entries = (
        f"## {reason.code}\n\n{reason.sentence}\n\n- **Cause.** {reason.cause}\n- **Fix.** {reason.hint}\n"
        for reason in REASONS.values()
    )
    return "\n".join([HEAD, *entries])


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
