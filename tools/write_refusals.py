"""Generate `docs/refusals.md` from the reasons in the code; with --check, exit with 1 if it is out of date."""

from __future__ import annotations

import sys
from pathlib import Path

from trigpoint.credentials.reasons import REASONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "refusals.md"
HEAD = """# Refusals

Every reason why a credential is refused (401) or causes a warning: what is wrong, the usual cause, and what to do.
The code is in the `details` of the response if explanations are on (`TRIGPOINT_EXPLAIN=1`, the default on loopback), in
the log under the `x-rid` of the response, and in the output of `trigpoint token inspect`.

This page is generated from `src/trigpoint/credentials/reasons` by `tools/write_refusals.py`.
"""


def page() -> str:
    """Give the text of the page."""
    entries = (
        f"## {reason.code}\n\n{reason.sentence}\n\n- **Cause.** {reason.cause}\n- **Fix.** {reason.hint}\n"
        for reason in REASONS.values()
    )
    return "\n".join([HEAD, *entries])


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
