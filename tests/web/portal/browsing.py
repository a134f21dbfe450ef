"""A browser without JavaScript, for tests: cookies, redirects, forms with their hidden fields."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

import httpx

from trigpoint.authority.opening import Authority
from trigpoint.web.portal.opening import Portal

BASE = "https://maps.example.com"


@dataclass
class FoundForm:
    """A form of a page."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)
    _button: dict[str, str] | None = None

    def fill(self, values: dict[str, str], *, button: str = "") -> tuple[str, list[tuple[str, str]]]:
        """Give the address and the fields that pressing a button sends."""
        pressed = self.buttons[button] if button else {}
        sent = [(name, value) for name, value in self.fields if name not in values]
        sent += list(values.items())
        if pressed.get("name"):
            sent.append((pressed["name"], pressed.get("value", "")))
        return pressed.get("formaction") or self.action, sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self.text = ""
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(found.get("action", ""), found.get("method", "get")))
            return
        if not self.forms or "disabled" in found:
            return
        form = self.forms[-1]
        if tag == "input" and found.get("name"):
            kind = found.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in found:
                return
            form.fields.append((found["name"], found.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._area = found["name"]
            form.fields.append((found["name"], ""))
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and self._select and "selected" in found:
            form.fields.append((self._select, found.get("value", "")))
        elif tag == "button":
            form._button = found

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "button" and self.forms:
            self.forms[-1]._button = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area and self.forms:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, value + data)
        if self.forms and self.forms[-1]._button is not None:
            self.forms[-1].buttons[data.strip()] = self.forms[-1]._button


@dataclass
class Page:
    """An answer, read once somebody looks at its forms or its text."""

    answer: httpx.Response

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.answer.text)
        return reader

    @property
    def forms(self) -> list[FoundForm]:
        return self._read.forms

    @cached_property
    def text(self) -> str:
        return " ".join(self._read.text.split())

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    def form(self, action: str) -> FoundForm:
        """The form that is sent to an address (or the end of one)."""
        return next(form for form in self.forms if form.action == action or (action and form.action.endswith(action)))


@dataclass
class Browser:
    """Somebody at a browser."""

    authority: Authority
    base: str = BASE
    headers: dict[str, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    app: Portal = field(init=False)

    def __post_init__(self) -> None:
        self.app = Portal(self.authority, base_url=BASE)

    def open(self, path: str, *, follow: bool = True, **headers: str) -> Page:
        return self._send("GET", path, None, headers, follow=follow)

    def post(self, path: str, fields: list[tuple[str, str]] | dict[str, str], **headers: str) -> Page:
        given = list(fields.items()) if isinstance(fields, dict) else fields
        return self._send("POST", path, given, {"origin": self.base, **headers}, follow=True)

    def press(self, page: Page, action: str, button: str = "", **values: str) -> Page:
        """Fill a form of a page in, and send it."""
        target, sent = page.form(action).fill(values, button=button)
        return self.post(target or page.path, sent)

    def raw(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Send what no browser would; nothing is followed."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 5000), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=self.cookies) as client:
                return await client.request(method, path, **parts)

        return asyncio.run(send())

    def _send(
        self, method: str, path: str, fields: list[tuple[str, str]] | None, headers: dict[str, str], *, follow: bool
    ) -> Page:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("192.0.2.7", 5000), raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self.base, cookies=self.cookies, follow_redirects=follow
            ) as client:
                sent = {name: headers[name] for name in headers} | self.headers
                encoded = None if fields is None else str(httpx.QueryParams(fields)).encode()
                if encoded is not None:
                    sent["content-type"] = "application/x-www-form-urlencoded"
                answer = await client.request(method, path, content=encoded, headers=sent)
                self.cookies = client.cookies
                return answer

        return Page(asyncio.run(send()))
