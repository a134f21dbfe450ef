"""What runs around every page: find the session, refuse forged requests (CSRF), turn errors into pages."""

import logging

from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from trigpoint.authority.opening import Authority
from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import TrigpointError
from trigpoint.credentials.session import PROOF_LIMIT_S
from trigpoint.web.asgi import has_hung_up
from trigpoint.web.errors import kind_of
from trigpoint.web.portal.frame.addresses import Addresses
from trigpoint.web.portal.frame.forms import PASSWORD_AGAIN, PASSWORD_FIELDS, TOKEN_FIELD, Form, read_form
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.frame.rendering import go_to, render
from trigpoint.web.portal.frame.visits import (
    OtherSessionError,
    ProofNeededError,
    Visit,
    check_sender,
    read_cookie,
    visitor_of,
)
from trigpoint.web.proxies import FORWARDED

_LOG = logging.getLogger("trigpoint.portal")
REQUEST_ID = "trigpoint.request_id"
SECRET_LINKS = ("set-up", "invitations", "reset")
"""First segments of paths whose next segment is the secret of a link."""
HEADINGS = {
    400: "Invalid request",
    403: "Not permitted",
    404: "Page not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed by somebody else",
    422: "Conflict",
    429: "Too many requests",
    503: "Temporarily unavailable",
}
PLAIN = {
    400: "The request could not be read.",
    404: "There is no page at this address.",
    405: "This page does not support this kind of request.",
    500: "This is an error of the server. Its log has the reason, with the request ID below.",
}
AnyRequest = Request[None, None, State]
SESSION_ENDED = "Your session has ended, so nothing was changed."


class Guards:
    """The dependencies and handlers that every page shares."""

    def __init__(self, authority: Authority, addresses: Addresses, map_parts: MapParts) -> None:
        self._authority = authority
        self._map_parts = map_parts
        self._addresses = addresses

    def find_visit(self, request: AnyRequest) -> Visit:
        """Collect what a page needs to know about the request and its session."""
        cookie, addresses = self._cookie_of(request), self._addresses_of(request)
        return Visit(
            authority=self._authority,
            addresses=addresses,
            visitor=visitor_of(request),
            path=request.scope["path"],
            host=request.headers.get("host", ""),
            cookie=cookie,
            wants_json="application/json" in request.headers.get("accept", ""),
            is_fragment=request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers,
            notice=request.query_params.get("notice", ""),
            signed_in=self._authority.sessions.find(cookie),
            map_parts=self._map_parts,
        )

    def _addresses_of(self, request: AnyRequest) -> Addresses:
        return self._addresses.seen_over(request.scope["scheme"], request.headers.get("host", ""))

    def _cookie_of(self, request: AnyRequest) -> str | None:
        host = request.headers.get("host", "")
        return read_cookie(request.cookies, takes_plain=self._addresses_of(request).takes_plain_cookie(host))

    async def refuse_forged(self, request: AnyRequest) -> None:
        """Refuse a request that another site sent with the person's cookie (CSRF), before it is processed."""
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        cookie = self._cookie_of(request)
        token = request.headers.get("x-form-token")
        if not token:
            request.state.form = await read_form(request)
            token = request.state.form.text(TOKEN_FIELD)
        check_sender(
            addresses=self._addresses_of(request),
            host=request.headers.get("host", ""),
            origin=request.headers.get("origin"),
            fetch_site=request.headers.get("sec-fetch-site"),
            token=token,
            is_forwarded=any(name in FORWARDED for name, _ in request.scope["headers"]),
            expected=None if cookie is None else self._authority.sessions.form_token(cookie),
        )

    def ask_to_sign_in(self, request: AnyRequest, _error: Exception) -> Response[bytes]:
        """Redirect to the sign-in page, and from there back to the requested page; but keep a form that was sent."""
        if request.method != "GET":
            return self._keep_form(request, SESSION_ENDED)
        query = request.scope["query_string"].decode("latin-1")
        return go_to("/sign-in", next=request.scope["path"] + (f"?{query}" if query else ""))

    def ask_to_send_again(self, request: AnyRequest, error: OtherSessionError) -> Response[bytes]:
        """Keep a form that was opened in a session before this one, to be sent again in this one."""
        return self._keep_form(request, str(error))

    def _keep_form(self, request: AnyRequest, text: str) -> Response[bytes]:
        """Say that nothing was changed, and why; the page carries the posted fields, except passwords."""
        visit = self.find_visit(request)
        if visit.wants_json:
            hint = "Sign in in another tab, then go back, and continue again."
            return Response({"error": f"{text} {hint}"}, status_code=403)  # type: ignore[arg-type]
        form: Form = request.state.get("form", Form())
        fields = form.without((TOKEN_FIELD, PASSWORD_AGAIN)).fields
        return visit.page(
            "frame/send_again.html",
            title="Send it again",
            status=403,
            text=text,
            carried=fields,
            is_whole=not any(name in PASSWORD_FIELDS for name, _ in fields),
            is_signed_in=visit.signed_in is not None,
        )

    def ask_for_proof(self, request: AnyRequest, error: ProofNeededError) -> Response[bytes]:
        """Ask for the password or a passkey again; the page carries the posted fields."""
        visit = self.find_visit(request)
        if visit.wants_json:
            text = "More than ten minutes have passed since you confirmed your identity. Go back, and continue again."
            return Response({"error": text}, status_code=403)  # type: ignore[arg-type]
        return visit.page(
            "frame/confirm.html",
            title="Confirm your identity",
            status=403 if error.wrong else 200,
            carried=error.form.without((TOKEN_FIELD, PASSWORD_AGAIN)).fields,
            wrong=error.wrong,
            password_again=PASSWORD_AGAIN,
            minutes=PROOF_LIMIT_S // 60,
            passkeys=self._authority.passkeys.list(visit.who.person.person_id),
            passkey_domain=visit.addresses.passkey_domain(visit.host),
        )

    def tell(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        """Render an error as a page."""
        status, title = describe(error)
        request_id = request.scope.get(REQUEST_ID, "")
        text = str(error) if isinstance(error, TrigpointError) else PLAIN.get(status, "")
        if has_hung_up(error):
            _LOG.info("rid=%s client disconnected: %s %s", request_id, request.method, path_without_secret(request))
        elif status == 500:
            _LOG.error("rid=%s %s %s", request_id, request.method, path_without_secret(request), exc_info=error)
        try:
            visit = self.find_visit(request)
            answer = visit.page(
                "frame/failure.html", title=title, status=status, text=text, request_id=request_id, status_code=status
            )
        except TrigpointError:
            context = {"title": title, "text": text, "request_id": request_id, "status_code": status}
            answer = render("frame/failure_bare.html", context, status=status)
        if isinstance(error, ThrottledError):
            answer.headers["retry-after"] = str(error.retry_after)
        return answer


def path_without_secret(request: AnyRequest) -> str:
    """Give the path for the log, without the secret at the end of a link (to set up, to join, to reset)."""
    first, slash, rest = request.scope["path"].removeprefix("/").partition("/")
    return f"/{first}/…" if first in SECRET_LINKS else f"/{first}{slash}{rest}"


def describe(error: Exception) -> tuple[int, str]:
    """Give the status and the heading of an error."""
    kind = kind_of(error)
    if kind is not None:
        return kind.status, HEADINGS.get(kind.status, HEADINGS[400])
    if isinstance(error, HTTPException):
        return error.status_code, HEADINGS.get(error.status_code, HEADINGS[400])
    return 500, "Server error"
