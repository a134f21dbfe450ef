"""Rules for the head of an HTTP request, and three repairs before it is parsed."""

import re

NOT_ASCII = re.compile(rb"[\x80-\xff]")
HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]*)(?::\d{0,5})?")
"""A Host header: a name or an address, and optionally a port (RFC 9110, 7.2; RFC 3986, 3.2.2)."""
FIELDS_READ = frozenset((b"content-length", b"connection", b"expect"))
"""The header fields that the protocol itself reads, besides Host."""
PROXY_STARTS = (b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n")
"""The first bytes of the PROXY protocol, versions 1 and 2."""

NO_HTTP = "The request is not HTTP/1.1."
NO_PROXY_PROTOCOL = (
    "This is the PROXY protocol, which is not supported. Configure the proxy to send HTTP with X-Forwarded-For instead, "
    "and name the proxy in TRIGPOINT_TRUSTED_PROXIES."
)
NO_BODY_WITH_UPGRADE = (
    "A request with a body cannot ask for another protocol, if its head comes in pieces: send it without the Upgrade header "
    "(in Java, with HttpClient.Version.HTTP_1_1)."
)


_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*(?=\r\n)", re.IGNORECASE)


def find_host_fault(count: int, version: str) -> str | None:
    """Say what is wrong with so many Host headers, if they are not one: only HTTP/1.0 may have none (RFC 9112, 3.2)."""
    if count > 1:
        return "The request has more than one Host header (RFC 9112, 3.2)."
    return None if version == "1.0" else "The request has no Host header, which HTTP/1.1 requires (RFC 9112, 3.2)."


def mend(data: bytes) -> bytes:
    """Make the repairs below to data that begins with a head, if it needs them.

    `find` is used because `in` raises and catches an error inside for bytes in bytes, which takes longer than the search.
    """
    if not data.isascii() or data.find(b"\r\r\n") >= 0:
        data = mend_head(data)
    if data.find(b"pgrade") >= 0 or data.find(b"PGRADE") >= 0:
        data = without_upgrade(data)
    return data


def without_upgrade(data: bytes) -> bytes:
    """Remove the Upgrade field from the head of a request, which a server may ignore (RFC 9110, 7.8).

    The parser does not read a body behind such a head, and loses what follows. A head that is not here as a whole stays.
    """
    head, blank, rest = data.partition(b"\r\n\r\n")
    if not blank:
        return data
    return _UPGRADE.sub(b"", head + b"\r\n")[:-2] + blank + rest


def mend_head(data: bytes) -> bytes:
    """Repair two mistakes in the head of a request, which the parser would reject.

    Non-ASCII bytes in the first line are percent-encoded: people type `q=Städtle` into a shell. A CR before a line end
    becomes a space (RFC 9112, 2.2): it comes with a token from a file that has Windows line ends.
    """
    head, blank, rest = data.partition(b"\r\n\r\n")
    line, end, fields = head.partition(b"\r\n")
    line = NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)
    fields = (fields + b"\r\n").replace(b"\r\r\n", b" \r\n")[:-2]
    return line + end + fields + blank + rest
