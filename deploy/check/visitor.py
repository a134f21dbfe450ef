"""A visitor of `https://maps.example.com`, which resolves to a proxy on this machine."""

import html
import http.client
import re
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from common import require

HOST = "maps.example.com"
ORIGIN = f"https://{HOST}"


class Connection(http.client.HTTPConnection):
    """A TLS connection to a port on loopback, for the public name, from a given address."""

    def __init__(self, port: int, *, source: str, certificate: Path) -> None:
        super().__init__(HOST, timeout=30)
        self._where, self._source = port, source
        self._context = ssl.create_default_context(cafile=str(certificate))

    def connect(self) -> None:
        """Connect to that port instead of resolving the name."""
        plain = socket.create_connection(("127.0.0.1", self._where), timeout=30, source_address=(self._source, 0))
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Visitor:
    """Sends requests through a proxy, and keeps its cookies."""

    port: int
    certificate: Path
    source: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request on a connection of its own."""
        connection = Connection(self.port, source=self.source, certificate=self.certificate)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            data = answer.read()
            for line in answer.headers.get_all("set-cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, data)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.send("GET", path, **headers)

    def press(self, page: Answer, action: str, **values: str) -> Answer:
        """Submit the form of a page that posts to `action` (or to the page itself), with its hidden fields and these values."""
        forms = re.findall(r"<form\b.*?</form>", page.text, re.DOTALL)
        named = [form for form in forms if f'action="{action}"' in form]
        form = next(iter(named or [form for form in forms if " action=" not in form.partition(">")[0]]), "")
        require(form, f"the page has no form for {action}: {page.text[:600]}")
        hidden = {}
        for tag in re.findall(r"<input\b[^>]*>", form):
            members = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if members.get("type") == "hidden" and members.get("name"):
                hidden[members["name"]] = html.unescape(members.get("value", ""))
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", action, urlencode(hidden | values).encode(), content_type=kind, origin=ORIGIN)
