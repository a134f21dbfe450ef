"""Generates `client/maps_client.py`, the client for threads, from `client/async_maps_client.py`, the client for asyncio.

    .venv/bin/python tools/write_sync_client.py

Only the words of asyncio are replaced; `tests/client` compares the file with the output.
"""

import re
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent / "src" / "trigpoint" / "client"
WORDS = (
    (r"Calling the Maps Server API from asyncio,", "Calling the Maps Server API,"),
    (r"A client for asyncio: every method is awaited\.", "A client for threads, which may share it."),
    (r"\(await (self\.exchange\(\))\)", r"\1"),
    (r"\(await (maps\.search\(.*\))\)\.results", r"\1.results"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAsyncMapsClient\b", "MapsClient"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsyncClient\b", "Client"),
    (r"\bAsyncBaseTransport\b", "BaseTransport"),
    (r"\bAsyncHTTPTransport\b", "HTTPTransport"),
    (r"\baclose\b", "close"),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\basyncio\.Lock\b", "threading.Lock"),
    (r"^import asyncio\nimport time\n", "import threading\nimport time\n"),
)
"""The replacements, in this order."""
NOTE = "\n\n# Written by tools/write_sync_client.py from async_maps_client.py: change that file, and run it.\n"


def write_sync() -> str:
    """Give the text of the client for threads."""
    text = (CLIENT / "async_maps_client.py").read_text(encoding="utf-8")
    for pattern, word in WORDS:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    head, body = text.split("\n\n", 1)
    ruff = [
        str(Path(sys.executable).with_name("ruff")),
        "format",
        "--stdin-filename",
        str(CLIENT / "maps_client.py"),
        "-",
    ]
    done = subprocess.run(ruff, input=head + NOTE + "\n" + body, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    (CLIENT / "maps_client.py").write_text(write_sync(), encoding="utf-8")
