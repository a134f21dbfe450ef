"""Finding private keys in any text: in every usual encoding, also if each line has something before it, as in logs.

The bytes at the start of a P-256 key are always the same, so the text is searched for this start in each encoding. The
rest of the key is joined from pieces in the following lines; what is not a piece of the expected length is skipped. The
time is linear in the length of the text.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

WINDOW = 3_000
"""Characters after the start of a key that are searched for the rest: ten lines, each with a prefix of a log."""
TRIES = 10
"""Most combinations of pieces that are tried for one start."""
DEEPEST = 3
"""Most nested encodings that are decoded, for example a file in Base64, that again in Base64, that in an array of bytes."""
_LEAST_RUN = 44
"""Shortest first piece of a key, in characters of Base64."""
_LEAST_INNER = 200
"""Shortest Base64 of a text that contains a key, in characters."""
_OTHER_LINES = 3
"""Most lines with candidates for the next piece: lines of another log message may be in between."""
_STARTS = re.compile(
    r"M(?:IG[A-Za-z]AgE[AB]MBMGByqGSM49AgEGCCqGSM49|E[A-Za-z0-9]CAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcE|(?:Hc|DE|Gs)CAQEEI)"
)
"""The start of a key in Base64: PKCS#8 with and without its optional parts (as Java writes it), and SEC 1."""
_INNER_STARTS = re.compile(
    r"LS0tLS1CRUdJTi|TFMwdExTMUNSVWRKVG|TUlH[A-Za-z0-9]{2}FnRUFNQk1HQnlxR1NNNDlBZ0VH|TUhjQ0FRRUVJ"
)
"""Base64 of `-----BEGIN `, Base64 of that, and Base64 of the Base64 of a key."""
_RUN = re.compile(r"[A-Za-z0-9+/_-]+")
_PIECE = re.compile(r"[A-Za-z0-9+/]+")
_COLOURS = re.compile(r"(?:\x1b|\^\[|\\+u001[bB]|\\+x1[bB]|\\+0?33|\\+e)\[[0-9;]{0,12}[A-Za-z]")
_JOINED = re.compile(r"[\"'`]\s{0,80}[+.]\s{0,80}[\"'`]")
_ESCAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\\+u002b|&#(?:43|x2b);"), "+"),
    (re.compile(r"(?i)\\+u002f|&#(?:47|x2f);|\\+/"), "/"),
    (re.compile(r"(?i)\\+u003d|&#(?:61|x3d);"), "="),
    (re.compile(r"\\+[nrt]|&#?\w{1,8};|<[^<>\n]{1,40}>"), "\n"),
)
_OCTET = r"[0-9A-Fa-f]{2}"
_BETWEEN = r"(?:[ :,\r\n\t]{1,4}(?:0x)?|\\x|)"
_HEX_STARTS = tuple(
    re.compile(octets.replace(" ", _BETWEEN))
    for octets in (
        "30 81 (?:87|93) 02 01 00 30 13",  # PKCS#8
        "30 77 02 01 01 04 20",  # SEC 1
        "2[dD] 2[dD] 2[dD] 2[dD] 2[dD] 42 45 47 49",  # -----BEGI
    )
)
_HEX_RUNS = re.compile(
    rf"(?:(?<![0-9A-Za-z])|(?<=0x)|(?<=\\x)){_OCTET}(?:(?:[: ]{{0,2}}|, ?(?:0x)?|,?\s?0x|\\x){_OCTET})*(?![0-9A-Za-z])"
)
_COMMA = r"\s{0,9},(?:\s{0,9}|[ \t\r]{0,9}\n[^\n]{0,200}?(?<![\d\-]))"
_NUMBERS_STARTS = tuple(
    re.compile(numbers.replace(" ", _COMMA))
    for numbers in (
        r"48(?<!\d48) (?:129|-127) (?:135|147|-121|-109) 2 1 0\b",
        r"45(?<!\d45) 45 45 45 45 66 69\b",
    )
)
_NUMBERS_AT_END = re.compile(r"(?<![\d\-])(-?\d{1,3}(?:,[ \t]{0,9}-?\d{1,3}){0,99},?)[^\d\n]{0,80}$")
_NUMBERS = re.compile(r"-?\d{1,3}(?:\s{0,200},\s{0,200}-?\d{1,3}){40,420}")
_PEM_MARK = re.compile(r"-----(BEGIN|END)(?: |\+|%20)(?:EC(?: |\+|%20))?PRIVATE(?: |\+|%20)KEY-----")
_PEM_LONGEST = 2_000
_DER = re.compile("0\x81(?P<length>[\x87\x93])\x02\x01\x000\x13\x06\x07\\*\x86H\xce=\x02\x01")
"""PKCS#8 as it is in a file of bytes, each byte read as one character (Latin-1)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A private key in a text: the position of its start, and its DER."""

    start: int
    der: bytes


Accept = Callable[[bytes], bool]
"""A function that tells whether bytes are a private key."""


def find_ders(text: str, accept: Accept, depth: int = 0) -> Iterator[Found]:
    """Find every private key in a text; `accept` decides whether bytes are one. `depth` counts nested encodings."""
    if depth > DEEPEST:
        return
    yield from _find_base64(text, accept)
    yield from _find_pems(text, accept)
    yield from _find_bytes(text, accept)
    for start, inner in (*_find_inner_base64(text), *_find_hexadecimal(text), *_find_numbers(text)):
        plain = inner.decode("latin-1")
        if accept(inner):
            yield Found(start, inner)
        for found in find_ders(plain, accept, depth + 1):
            yield Found(start, found.der)


def decode(encoded: str) -> bytes:
    """Decode Base64 or base64url; other characters are skipped. Gives nothing if the length is wrong."""
    plain = re.sub(r"[^A-Za-z0-9+/]", "", encoded.replace("-", "+").replace("_", "/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def _find_base64(text: str, accept: Accept) -> Iterator[Found]:
    """Find keys in Base64, in one run or in several pieces."""
    for start, window in _windows(text, _STARTS):
        letters = -(-_total_of(decode(window[:4])) * 8 // 6)
        run = _RUN.match(window)
        if run is not None and len(run[0]) >= letters:
            ders = iter((decode(run[0][:letters]),))
        else:
            ders = (decode(joined) for joined in _join(_unfold(window), letters))
        der = next((one for one in ders if accept(one)), None)
        if der is not None:
            begin = text.rfind("-----BEGIN", max(0, start - _LEAST_INNER), start)
            yield Found(start if begin < 0 else begin, der)


def _windows(text: str, beginning: re.Pattern[str], size: int = WINDOW) -> Iterator[tuple[int, str]]:
    """Give the position of each start of a key, and the text from there to the next start: no text is searched twice."""
    last = None
    for match in beginning.finditer(text):
        if last is not None:
            yield last, text[last : min(last + size, match.start())]
        last = match.start()
    if last is not None:
        yield last, text[last : last + size]


def _unfold(window: str) -> str:
    """Undo the escaping of Base64 and of line ends in URLs, HTML, JSON, source code and terminals."""
    if "%" in window:
        window = unquote(window)
    if "[" in window:
        window = _COLOURS.sub("", window)
    for pattern, instead in _ESCAPES:
        window = pattern.sub(instead, window)
    return _JOINED.sub("", window)


def _join(window: str, letters: int) -> Iterator[str]:
    """Give combinations of pieces with the expected length, most likely first; the first piece gives the line length."""
    first = _PIECE.match(window)
    if first is None or len(first[0]) < min(_LEAST_RUN, letters):
        return
    width = len(first[0])
    if width >= letters:
        yield first[0][:letters]
        return
    ways = [(first[0], first.end())]
    tries = 0
    while ways and tries < TRIES:
        got, end = ways.pop()
        if len(got) == letters:
            tries += 1
            yield got
            continue
        ways += [
            (got + piece, after) for piece, after in reversed(_next_pieces(window, end, min(width, letters - len(got))))
        ]


def _next_pieces(window: str, end: int, length: int) -> list[tuple[str, int]]:
    """Give candidates for the next piece, and where each ends: the next ones on this line, else the last ones on a later line."""
    line_end = window.find("\n", end)
    here = _pieces_in(window, end, line_end if line_end >= 0 else len(window), length)
    if here or line_end < 0:
        return here
    found: list[tuple[str, int]] = []
    lines = 0
    while line_end >= 0 and lines < _OTHER_LINES:
        start, line_end = line_end + 1, window.find("\n", line_end + 1)
        on_line = _pieces_in(window, start, line_end if line_end >= 0 else len(window), length)
        lines += bool(on_line)
        found += reversed(on_line)
    return found


def _pieces_in(window: str, start: int, end: int, length: int) -> list[tuple[str, int]]:
    """Give the runs of Base64 of a given length, and where each ends; a leading plus sign of a patch is left out."""
    return [
        (run[0][-length:], run.end())
        for run in _PIECE.finditer(window, start, end)
        if len(run[0]) == length or (len(run[0]) == length + 1 and run[0][0] == "+")
    ]


def _find_pems(text: str, accept: Accept) -> Iterator[Found]:
    """Find keys between BEGIN and END lines, with white space or one comment character before each line."""
    begin = None
    for mark in _PEM_MARK.finditer(text):
        if mark[1] == "BEGIN":
            begin = mark
        elif begin is not None:
            if mark.start() - begin.end() <= _PEM_LONGEST:
                body = _unfold(text[begin.end() : mark.start()])
                lines = [line.strip().lstrip("/#*->| ") for line in body.splitlines()]
                for one in (body, "\n".join(lines), "\n".join(line[1:] for line in body.splitlines())):
                    der = decode(one)
                    if accept(der):
                        yield Found(begin.start(), der)
                        break
            begin = None


def _find_bytes(text: str, accept: Accept) -> Iterator[Found]:
    for match in _DER.finditer(text):
        der = text[match.start() : match.start() + 3 + ord(match["length"])].encode("latin-1", "replace")
        if accept(der):
            yield Found(match.start(), der)


def _find_inner_base64(text: str) -> Iterator[tuple[int, bytes]]:
    """Decode Base64 that may contain text with a key: one run, or lines of one width and a shorter last line."""
    for start, folded in _windows(text, _INNER_STARTS):
        run = _RUN.match(folded)
        if run is not None and len(run[0]) >= _LEAST_INNER:
            yield start, decode(run[0])
            continue
        window = _unfold(folded)
        first = _PIECE.match(window)
        if first is None or len(first[0]) < _LEAST_RUN:
            continue
        got, end, width = first[0], first.end(), len(first[0])
        while found := _next_pieces(window, end, width):
            got, end = got + found[0][0], found[0][1]
        for ending in ("", *_endings(window, end, width)):
            yield start, decode(got + ending)


def _endings(window: str, end: int, width: int) -> Iterator[str]:
    """Give candidates for the shorter last line of Base64: the last run of the next lines, then earlier ones."""
    for line in window[end:].split("\n")[:_OTHER_LINES]:
        runs = [run[0] for run in _PIECE.finditer(line) if 1 < len(run[0]) < width]
        for run in runs[-1:-3:-1]:
            yield run
            if run[0] == "+":
                yield run[1:]


def _find_hexadecimal(text: str) -> Iterator[tuple[int, bytes]]:
    """Decode keys in hexadecimal: without separators, or with colons, blanks, commas or `0x`; on one or more lines."""
    for start, window in (found for beginning in _HEX_STARTS for found in _windows(text, beginning)):
        run = _HEX_RUN.match(window)
        if run is not None and len(run[0]) >= 2 * _total_of(_octets(run[0][:6])):
            yield start, _octets(run[0])
        else:
            yield start, _gather(_COLOURS.sub("", window).split("\n"), _HEX_RUNS, _total_of)
    for start, window in _windows(text, _PRIVATE_WORD):
        yield from _find_text_of_openssl(start, window)


def _gather(lines: Iterable[str], runs: re.Pattern[str], total_of: Callable[[bytes], int]) -> bytes:
    """Join the bytes of several lines.

    The first line gives the number of bytes of each line; `total_of` gives the total length from the first bytes.
    """
    got, width, total = b"", 0, _LONGEST
    for line in lines:
        wanted = min(width, total - len(got))
        found = [_octets(run[0]) for run in runs.finditer(line)]
        exact = [one for one in found if len(one) == wanted]
        longest = (exact or [max(found, key=len, default=b"")])[-1]
        got += longest[-wanted:] if width else longest  # a line number may precede it
        if got and not width:
            width, total = len(got), total_of(got)
        if len(got) >= total:
            break
    return got


_HEX_RUN = re.compile(r"[0-9A-Fa-f]+")
_LONGEST = 400
"""Longest key file, in bytes: PEM has 257 for PKCS#8, and 228 for SEC 1."""
_PRIVATE_WORD = re.compile(r"priv:[^\n]{0,80}\n[^\n]{0,200}?(?=(?:[0-9a-f]{2}:){14})")


def _find_text_of_openssl(start: int, window: str) -> Iterator[tuple[int, bytes]]:
    """Read private number and public point from the output of `openssl pkey -text`; give them as SEC 1."""
    private, _, public = _COLOURS.sub("", window).partition("pub:")
    number = _gather(private.split("\n")[1:], _COLON_RUNS, lambda octets: 33 if octets[0] == 0 else 32)
    point = _gather(public.split("\n")[1:], _COLON_RUNS, lambda _octets: 65)
    if len(point) == 65 and point[0] == 4:
        yield start, _SEC1_HEAD + number[-32:].rjust(32, b"\0") + _SEC1_MIDDLE + point


_COLON_RUNS = re.compile(rf"(?<![0-9A-Za-z:]){_OCTET}(?::{_OCTET})*(?![0-9A-Za-z])")
_SEC1_HEAD = bytes.fromhex("30770201010420")
_SEC1_MIDDLE = bytes.fromhex("a00a06082a8648ce3d030107a144034200")


def _total_of(der: bytes) -> int:
    """Give the total length of DER from its first three bytes; `_LONGEST` if it is another format."""
    if der[:1] != b"0" or len(der) < 3:
        return _LONGEST
    return 2 + der[1] if der[1] < 0x80 else 3 + der[2]


def _octets(run: str) -> bytes:
    digits = re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", run)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _find_numbers(text: str) -> Iterator[tuple[int, bytes]]:
    """Decode arrays of decimal numbers, also with negative numbers, as languages with signed bytes print them."""
    for start, window in (found for beginning in _NUMBERS_STARTS for found in _windows(text, beginning, 8 * WINDOW)):
        first, *others = window.split("\n", _LONGEST)
        ends = (_NUMBERS_AT_END.search(line[-_LONGEST:]) for line in others)
        numbers = _NUMBERS.match("\n".join([first, *(end[1] if end else "" for end in ends)]))
        if numbers is not None:
            yield start, bytes(int(number) & 0xFF for number in re.findall(r"-?\d+", numbers[0]))
