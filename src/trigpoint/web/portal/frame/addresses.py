"""Where the portal is reached, and what follows from that for cookies and passkeys."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from trigpoint.base.hosts import host_of, is_own_machine

SECURE_COOKIE = "__Host-trigpoint"
PLAIN_COOKIE = "trigpoint-loopback"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The public URL (`base_url`, without a slash at its end)."""

    base_url: str

    @property
    def is_https(self) -> bool:
        """Tell whether the public URL is protected by TLS (a proxy may end it)."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def origin(self) -> str:
        """The origin of the public URL: without the path that it may have."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The path of the public URL, without a slash at its end: empty, or `/maps`."""
        return quote(urlsplit(self.base_url).path, safe="/%").rstrip("/")

    @property
    def host(self) -> str:
        """The host name of the public URL."""
        return urlsplit(self.base_url).hostname or ""

    def seen_over(self, scheme: str, host_header: str) -> "Addresses":
        """Give the addresses of a request: over TLS (a trusted proxy says so) those that it names, unless they are set."""
        return self if self.is_https or scheme != "https" or not host_header else Addresses(f"https://{host_header}")

    def cookie_name(self, user_agent: str) -> str:
        """Name the session's cookie: bound to the host and to TLS or loopback.

        Safari keeps no Secure cookies on http://localhost; on loopback, and only there, it gets one without.
        """
        is_safari = "Safari/" in user_agent and "Chrom" not in user_agent
        return PLAIN_COOKIE if is_safari and not self.is_https else SECURE_COOKIE

    def takes_plain_cookie(self, host_header: str) -> bool:
        """Tell whether the cookie without TLS is honoured: on this machine, and without TLS, where Safari needs it."""
        return not self.is_https and is_own_machine(host_of(host_header))

    def is_protected(self, host_header: str) -> bool:
        """Tell whether a password sent to this host cannot be read on its way: TLS, or this very machine."""
        return self.is_https or is_own_machine(host_of(host_header))

    def is_own_origin(self, origin: str, host_header: str) -> bool:
        """Tell whether an Origin header names this server, as the client calls it."""
        if origin == self.origin:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == host_header.lower() != ""

    def passkey_domain(self, host_header: str) -> str | None:
        """Name the domain that passkeys are bound to; None where there can be none: an IP address has no domain."""
        host = self.host if self.is_https else host_of(host_header)
        if host == "localhost" or (self.is_https and not _is_address(host)):
            return host
        return None

    def passkey_origin(self, host_header: str) -> str:
        """Give the origin that a passkey's answer must name."""
        if self.is_https:
            parts = urlsplit(self.base_url)
            return f"{parts.scheme}://{parts.netloc}"
        return f"http://{host_header}"


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
