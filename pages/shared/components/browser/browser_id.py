"""Which browser asks: a random number in a cookie, which names nobody."""

import re
import secrets

COOKIE = "facenet_browser"
_KEPT_FOR = 400 * 24 * 3600  # seconds; browsers keep none for longer
_FORM = re.compile(r"v1\.[A-Za-z0-9_-]{22}")  # what is written later begins with another version


def new_browser_id() -> str:
    """Return a number that no other browser has: 128 random bits."""
    return f"v1.{secrets.token_urlsafe(16)}"


def read_browser_id(text: str | None) -> str | None:
    """Return the number in a cookie; None where there is none, or where this program did not write it."""
    return text if isinstance(text, str) and _FORM.fullmatch(text) else None


def cookie_header(browser_id: str, *, path: str, secure: bool) -> str:
    """Return the header that has a browser keep its number, out of reach of scripts and of other sites."""
    parts = [f"{COOKIE}={browser_id}", f"Path={path}", f"Max-Age={_KEPT_FOR}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)
