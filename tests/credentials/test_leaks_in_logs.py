"""A key is found in a log, whatever precedes each line, in time linear in the length."""

import base64
import json
import textwrap
import time
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from trigpoint.credentials.keypair import generate
from trigpoint.credentials.leak_patterns import SecretKind, find_secrets

Before = Callable[[int], str]

BEFORE: dict[str, Before] = {
    "nothing": lambda _number: "",
    "a container log": lambda _number: "web-1  | ",
    "a container log with an id": lambda _number: f"{'0a1b2c3d' * 8} | ",
    "a cluster's time stamps": lambda number: f"2026-11-27T05:00:{number:02}.123456789Z ",
    "a cluster's log file": lambda number: f"2026-11-27T05:00:{number:02}.123456789Z stderr F ",
    "a pod and its container": lambda _number: "[pod/web-7d4b9c6f5d-x2x4z/frontend] ",
    "syslog": lambda number: f"Nov 27 05:00:{number:02} frontend web[1234]: ",
    "syslog of RFC 5424": lambda number: f"<34>1 2026-11-27T05:00:{number:02}.003Z host.example.com web 1234 ID47 - ",
    "journal": lambda number: f"nov. 27 05:00:{number:02} host web[{4000 + number}]: ",
    "a build log": lambda number: f"2026-11-27T05:00:{number:02}.1234567Z ",
    "a build log with colours": lambda number: f"\x1b[0;32m05:00:{number:02}\x1b[0m \x1b[36;1m",
    "a build log with colours as text": lambda number: f"^[[32m05:00:{number:02}^[[0m [build] ^[[36m",
    "section numbers of a build": lambda number: f"#12 {number / 10:.3f} ",
    "cat -n": lambda number: f"{number:6}\t",
    "grep -n": lambda number: f"{number + 95}:",
    "grep -n -r": lambda number: f"deploy/keys/app.env:{number + 95}:",
    "grep with lines around": lambda number: f"app.env-{number + 95}-",
    "a comment": lambda _number: "# ",
    "a comment in C": lambda _number: " * ",
    "a mail that answers": lambda _number: "> > ",
    "a patch": lambda _number: "+",
    "a patch in a log": lambda number: f"05:00:{number:02} +",
    "a table": lambda number: f"| {number:3} | ",
    "a debugger": lambda number: f"DEBUG:root:line{number:05}:",
    "a logger": lambda number: f"2026-11-27 05:00:{number:02},123 INFO  [main] com.example.AppKeys - ",
}
AFTER = {
    "nothing": "",
    "a carriage return": "\r",
    "colours": "\x1b[0m",
    "a literal line end and a quotation mark": '\\n"',
    "a bar": " |",
    "words": "   (stderr)",
}


def a_pem() -> str:
    return generate().pem().decode()


def in_log(text: str, before: Before, after: str = "") -> str:
    lines = ["starting", *text.splitlines(), "started"]
    return "".join(f"{before(number)}{line}{after}\n" for number, line in enumerate(lines))


def body_of(pem: str) -> str:
    return "".join(pem.splitlines()[1:-1])


def der_of(pem: str) -> bytes:
    return base64.b64decode(body_of(pem))


def found_in(text: str, pem: str) -> bool:
    found = list(find_secrets(text))
    assert {one.kind for one in found} <= {SecretKind.PRIVATE_KEY}
    assert len(found) <= 1
    return [one.private_key.pem().decode() for one in found if one.private_key is not None] == [pem]


def in_columns(parts: list[str], width: int, between: str) -> str:
    return "\n".join(between.join(parts[at : at + width]) + between.rstrip() for at in range(0, len(parts), width))


SHAPES: dict[str, Callable[[str], str]] = {
    "PEM": lambda pem: pem,
    "its body alone": lambda pem: "\n".join(pem.splitlines()[1:-1]),
    "a body of 76 columns": lambda pem: "\n".join(textwrap.wrap(body_of(pem), 76)),
    "Base64 of the file": lambda pem: "\n".join(textwrap.wrap(base64.b64encode(pem.encode()).decode(), 76)),
    "Base64 of the file and a line end": lambda pem: base64.encodebytes(pem.encode() + b"\n").decode(),
    "Base64 twice": lambda pem: "\n".join(
        textwrap.wrap(base64.b64encode(base64.encodebytes(pem.encode())).decode(), 76)
    ),
    "hexadecimal with colons": lambda pem: in_columns([f"{one:02x}" for one in der_of(pem)], 15, ":"),
    "hexadecimal with blanks": lambda pem: in_columns([f"{one:02X}" for one in der_of(pem)], 16, " "),
    "hexadecimal in C": lambda pem: in_columns([f"0x{one:02x}" for one in der_of(pem)], 12, ", "),
    "hexadecimal run together": lambda pem: "\n".join(textwrap.wrap(der_of(pem).hex(), 60)),
    "escaped octets": lambda pem: "".join(f"\\x{one:02x}" for one in der_of(pem)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("before", BEFORE)
def test_a_key_is_found_whatever_precedes_each_line(before: str, shape: str) -> None:
    pem = a_pem()
    assert found_in(in_log(SHAPES[shape](pem), BEFORE[before]), pem)


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("before", ["nothing", "syslog", "a build log with colours"])
def test_a_key_is_found_whatever_follows_each_line(before: str, after: str) -> None:
    for shape in ("PEM", "Base64 of the file", "Base64 twice", "hexadecimal with colons"):
        pem = a_pem()
        assert found_in(in_log(SHAPES[shape](pem), BEFORE[before], AFTER[after]), pem), shape


def test_a_key_is_found_between_lines_of_others() -> None:
    pem = a_pem()
    lines = [f"web-1  | {line}\n" for line in pem.splitlines()]
    assert found_in("db-1   | checkpoint complete\n".join(lines), pem)


ENCODED: dict[str, Callable[[str], str]] = {
    "lines of JSON": lambda pem: "".join(
        json.dumps({"log": f"{line}\n", "stream": "stderr", "time": "2026-11-27T05:00:00.1Z"}) + "\n"
        for line in pem.splitlines()
    ),
    "JSON that escapes slashes and plus": lambda pem: (
        json.dumps({"key": pem}).replace("/", "\\/").replace("+", "\\u002B")
    ),
    "HTML that escapes plus": lambda pem: "<pre>" + pem.replace("+", "&#43;").replace("/", "&#x2F;") + "</pre>",
    "a form, twice": lambda pem: f"key={quote_plus(pem)}",
    "one line with blanks": lambda pem: pem.replace("\n", " "),
    "an array of lines": lambda pem: json.dumps(pem.splitlines()),
    "an array of bytes": lambda pem: json.dumps(list(der_of(pem))),
    "an array of bytes over lines": lambda pem: json.dumps({"type": "Buffer", "data": list(der_of(pem))}, indent=2),
    "an array of signed bytes": lambda pem: str([one - 256 if one > 127 else one for one in der_of(pem)]),
    "an array of the bytes of the file": lambda pem: str(list(pem.encode())),
    "hexadecimal of the file": lambda pem: pem.encode().hex(),
    "Base64 of Base64 of the bytes": lambda pem: base64.b64encode(body_of(pem).encode()).decode(),
    "Base64 of JSON": lambda pem: base64.b64encode(pem.replace("\n", "\\n").encode()).decode(),
    "a file of a cluster": lambda pem: (
        "data:\n  AuthKey.p8: " + base64.b64encode(pem.encode()).decode() + "\ntype: Opaque\n"
    ),
    "narrow lines": lambda pem: (
        "-----BEGIN PRIVATE KEY-----\n" + "\n".join(textwrap.wrap(body_of(pem), 32)) + "\n-----END PRIVATE KEY-----"
    ),
    "PHP": lambda pem: "$key = " + " .\n  ".join(f'"{line}\\n"' for line in pem.splitlines()) + ";",
}


@pytest.mark.parametrize("encoded", ENCODED)
def test_a_key_is_found_in_other_encodings(encoded: str) -> None:
    for _ in range(5):
        pem = a_pem()
        assert found_in("first line\n" + ENCODED[encoded](pem) + "\nlast line", pem)


def test_an_array_of_bytes_is_found_in_a_log() -> None:
    pem = a_pem()
    text = json.dumps(list(der_of(pem)), indent=2)
    for before in ("a container log", "cat -n", "a cluster's time stamps"):
        assert found_in(in_log(text, BEFORE[before]), pem), before


def test_what_openssl_prints_is_found() -> None:
    pem = a_pem()
    key = next(iter(find_secrets(pem))).private_key
    assert key is not None
    x, y = key.public.coordinates()
    private = der_of(pem)[36:68]
    text = "Private-Key: (256 bit)\npriv:\n{}\npub:\n{}\nASN1 OID: prime256v1\n"
    octets = [[f"{one:02x}" for one in part] for part in (private, b"\x04" + x + y)]
    columns = ["\n".join("    " + ":".join(one[at : at + 15]) + ":" for at in range(0, len(one), 15)) for one in octets]
    for before in ("nothing", "syslog", "cat -n"):
        assert found_in(in_log(text.format(*columns), BEFORE[before]), pem), before


EXAMPLES = [
    "-----BEGIN PRIVATE KEY-----…\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg...\n-----END PRIVATE KEY-----",
    "MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg" + "A" * 152,
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + "x" * 136,
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t" * 6,
    "308193020100301306072a8648ce3d0201" + "00" * 140,
    "30:81:93:02:01:00:30:13:06:07",
    str([48, 129, 147, 2, 1, 0, 48, 19] + [0] * 142),
    "priv:\n    00:11:22\npub:\n    04:" + ":".join(["aa"] * 64),
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIExampleExampleExampleExampleExample\n-----END EC PRIVATE KEY-----",
]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("before", ["nothing", "syslog", "a patch", "cat -n"])
def test_an_example_without_a_key_is_no_finding(before: str, example: str) -> None:
    assert list(find_secrets(in_log(example, BEFORE[before]))) == []


PKCS8 = "MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg"
HOSTILE = {
    "BEGIN and line ends": "-----BEGIN PRIVATE KEY-----" + "\n" * 40,
    "BEGIN and blanks": "-----BEGIN PRIVATE KEY-----\n" + " " * 60,
    "BEGIN without end": "-----BEGIN PRIVATE KEY-----\n",
    "BEGIN and END": "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n-----END PRIVATE KEY-----\n",
    "beginnings of Base64": PKCS8 + "\n",
    "beginnings run together": PKCS8,
    "beginnings with quotes": PKCS8 + "'  +  " * 20,
    "beginnings with escapes": PKCS8 + "\\\\n" * 20,
    "whole keys that are none": PKCS8 + "A" * 152 + " ",
    "beginnings of SEC 1": "MHcCAQEEI",
    "inner beginnings": "LS0tLS1CRUdJTi",
    "inner beginnings and lines": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR1RBZ0VB" + "\n",
    "tokens without an end": "eyJ",
    "headers of tokens": "eyJhbGciOiJFUzI1NiJ9.eyJ" + "a" * 40 + ".",
    "many small tokens": "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhYmMifQ." + "a" * 43 + "\n",
    "hexadecimal": "30819302010030130607",
    "hexadecimal with blanks": "30 81 93 02 01 00 30 13 ",
    "numbers": "48, 129, 147, 2, 1, 0, ",
    "numbers and blanks": "48, 129, 147, 2, 1, 0" + " " * 100 + ",",
    "the words of openssl": "priv: ",
    "colons": "aa:",
    "API tokens": "tp_" + "0" * 39 + " ",
    "entities": "MHcCAQEEI" + "A" * 40 + "&#10;" * 10 + "<br>" * 10,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_time_is_linear_in_the_length_of_the_text(hostile: str) -> None:
    unit = HOSTILE[hostile]

    def cost(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        begun = time.thread_time()
        list(find_secrets(text))
        return time.thread_time() - begun

    cost(4_000)
    small, large = (min(cost(length) for _ in range(3)) for length in (12_000, 60_000))
    assert large < 5 * 4 * max(small, 0.005)
    assert large < 0.25 * SLOWNESS


SLOWNESS = 4
"""Tolerance factor for a busy machine."""
