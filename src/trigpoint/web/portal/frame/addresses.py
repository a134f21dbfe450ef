"""The portal's public URL, and the rules for cookies and passkeys that depend on it."""

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
        """Tell whether the public URL uses TLS (which a proxy may terminate)."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def origin(self) -> str:
        """The origin of the public URL, without its path."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The path of the public URL, without a slash at its end: for example `/maps`, or empty."""
        return quote(urlsplit(self.base_url).path, safe="/%").rstrip("/")

    @property
    def host(self) -> str:
        """The host name of the public URL."""
        return urlsplit(self.base_url).hostname or ""

    def seen_over(self, scheme: str, host_header: str) -> "Addresses":
        """Give the addresses for a request: if it came over TLS, and the public URL has none, those of its Host header."""
        return self if self.is_https or scheme != "https" or not host_header else Addresses(f"https://{host_header}")

    def cookie_name(self, user_agent: str) -> str:
        """Give the name of the session cookie, which is bound to the host, and to TLS or loopback.

        Safari stores no Secure cookies for http://localhost. Only there, it gets a cookie without Secure.
        """
        is_safari = "Safari/" in user_agent and "Chrom" not in user_agent
        return PLAIN_COOKIE if is_safari and not self.is_https else SECURE_COOKIE

    def takes_plain_cookie(self, host_header: str) -> bool:
        """Tell whether the cookie without Secure is accepted: only without TLS, on this machine, where Safari needs it."""
        return not self.is_https and is_own_machine(host_of(host_header))

    def is_protected(self, host_header: str) -> bool:
        """Tell whether nobody can read a password on its way to this host: it uses TLS, or is this machine."""
        return self.is_https or is_own_machine(host_of(host_header))

    def is_own_origin(self, origin: str, host_header: str) -> bool:
        """Tell whether an Origin header names this server, by its public URL or by the request's Host header."""
        if origin == self.origin:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == host_header.lower() != ""

    def passkey_domain(self, host_header: str) -> str | None:
        """Give the domain that passkeys are bound to (the RP ID); None if there can be none, as for an IP address."""
        host = self.host if self.is_https else host_of(host_header)
        if host == "localhost" or (self.is_https and not _is_address(host)):
            return host
        return None

    def passkey_origin(self, host_header: str) -> str:
        """Give the origin that a passkey's response must contain."""
        if self.is_https:
            parts = urlsplit(self.base_url)
            return f"{parts.scheme}://{parts.netloc}"
        return f"http://{host_header}"


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
