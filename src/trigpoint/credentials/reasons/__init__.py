"""Every reason for a refusal or a warning, as data: a code, a sentence, the usual cause, and what to do.

`docs/refusals.md` is generated from these files (`python tools/write_refusals.py`); a test compares them.
"""

from trigpoint.credentials.reasons import api_tokens, claims, pages, tokens, warned
from trigpoint.credentials.reasons.api_tokens import *  # noqa: F403 (all of them: the table is one)
from trigpoint.credentials.reasons.claims import *  # noqa: F403 (all of them: the table is one)
from trigpoint.credentials.reasons.pages import *  # noqa: F403 (all of them: the table is one)
from trigpoint.credentials.reasons.reason import Reason as Reason
from trigpoint.credentials.reasons.tokens import *  # noqa: F403 (all of them: the table is one)
from trigpoint.credentials.reasons.warned import *  # noqa: F403 (all of them: the table is one)

REASONS = {
    name: reason
    for module in (tokens, claims, pages, api_tokens, warned)
    for name, reason in vars(module).items()
    if isinstance(reason, Reason)
}
"""All reasons by their codes, which are also the names of the constants, in the order of `docs/refusals.md`."""
