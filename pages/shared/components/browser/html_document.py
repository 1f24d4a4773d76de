"""What the server adds to the one HTML document that every page begins with.

Both have to be there before anything else: the script before Streamlit first writes an address, the cookie before the
first page asks whose browser it is.
"""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from pages.shared.components.browser.browser_id import COOKIE, cookie_header, new_browser_id, read_browser_id

SCRIPT = b"<script>\n" + Path(__file__).with_name("browser_history.js").read_bytes() + b"</script>\n"
_REPLACED = {b"content-length", b"etag", b"last-modified", b"cache-control"}
_NOT_PASSED_ON = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}  # the whole text is wanted

Headers = list[tuple[bytes, bytes]]


class HtmlDocument:
    """Middleware that adds a script and a cookie to the HTML document, and lets everything else pass.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, as ASGI has it."""
        if not _asks_for_document(scope):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_PASSED_ON]
        await self._app({**scope, "headers": headers}, receive, _Answer(scope, send))


class _Answer:
    """Holds an HTML document back until it is whole."""

    def __init__(self, scope: Any, send: Any) -> None:
        self._scope, self._send = scope, send
        self._start: Any = None
        self._body = b""

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start" and _is_document(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_document()

    async def _send_document(self) -> None:
        body = self._body.replace(b"<head>", b"<head>" + SCRIPT, 1)
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() not in _REPLACED]
        own = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"private, no-cache")]
        await self._send({**self._start, "headers": [*kept, *own, *_new_cookie(self._scope)]})
        await self._send({"type": "http.response.body", "body": body})


def _asks_for_document(scope: Any) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_document(start: Any) -> bool:
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


def _new_cookie(scope: Any) -> Headers:
    """Return the header that gives a browser its number; none where it has one."""
    if read_browser_id(_cookie(scope["headers"])):
        return []
    path = scope.get("root_path") or "/"
    header = cookie_header(new_browser_id(), path=path, secure=scope.get("scheme") == "https")
    return [(b"set-cookie", header.encode())]


def _cookie(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == b"cookie":
            cookies: SimpleCookie = SimpleCookie()
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:  # another program's
                continue
            if COOKIE in cookies:
                return cookies[COOKIE].value
    return None
