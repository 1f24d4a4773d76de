"""The document that every page begins with: a script in its head, and a number for the browser."""

import asyncio

import pytest

from pages.shared.components.browser.browser_id import COOKIE, new_browser_id, read_browser_id
from pages.shared.components.browser.html_document import HtmlDocument

PAGE = b"<!DOCTYPE html><html><head><title>x</title></head></html>"
BROWSER = [(b"accept", b"text/html,*/*;q=0.8"), (b"accept-encoding", b"gzip"), (b"if-none-match", b'"old"')]


def answer(headers, *, kind=b"text/html; charset=utf-8", status=200, parts=(PAGE,), scheme="http"):
    """Return what a browser gets, and the request's headers as the application saw them."""
    sent, seen = [], []

    async def application(scope, receive, send):
        seen.extend(scope["headers"])
        own = [(b"content-type", kind), (b"content-length", b"7"), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": status, "headers": own})
        for number, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": number < len(parts) - 1})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/epochs", "headers": headers, "scheme": scheme}
    asyncio.run(HtmlDocument(application)(scope, None, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return dict(sent[0]["headers"]), body, dict(seen)


def test_the_script_stands_before_everything_else_and_the_length_is_right():
    headers, body, seen = answer(BROWSER, parts=(PAGE[:20], PAGE[20:]))
    assert body.startswith(b"<!DOCTYPE html><html><head><script>")
    assert body.endswith(b"<title>x</title></head></html>")
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"etag" not in headers  # the same file with another script would be called unchanged
    assert b"accept-encoding" not in seen
    assert b"if-none-match" not in seen


def test_a_browser_gets_a_number_once():
    cookie = answer(BROWSER)[0][b"set-cookie"].decode()
    number = cookie.split(";")[0].removeprefix(f"{COOKIE}=")
    assert read_browser_id(number) == number
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    again = [*BROWSER, (b"cookie", f"theme=dark; {COOKIE}={number}".encode())]
    assert b"set-cookie" not in answer(again)[0]


def test_over_https_the_number_stays_on_https():
    assert b"Secure" in answer(BROWSER, scheme="https")[0][b"set-cookie"]


@pytest.mark.parametrize("value", ["", "v1.short", "v9." + "a" * 22, "v1." + "é" * 22, "v1." + "a" * 23, "a=b; =;;"])
def test_a_number_of_other_make_is_replaced(value):
    cookie = (b"cookie", f"{COOKIE}={value}".encode())
    assert b"set-cookie" in answer([*BROWSER, cookie])[0]


@pytest.mark.parametrize(
    ("headers", "change"),
    [
        ([(b"accept", b"*/*")], {}),
        (BROWSER, {"kind": b"text/javascript"}),
        (BROWSER, {"status": 404}),
    ],
)
def test_everything_else_passes_as_it_is(headers, change):
    found, body, _ = answer(headers, **change)
    assert body == PAGE
    assert b"set-cookie" not in found


def test_no_two_browsers_are_alike():
    assert len({new_browser_id() for _ in range(1000)}) == 1000
