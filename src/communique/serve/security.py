"""What keeps the workbench to its user: only its own host and origin, a token for changes, nothing but its own files."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts, styles and images come from here alone; nothing is framed, and no form goes elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: a browser then calls the origin of a form “null”
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD"})


def make_token() -> str:
    """A token that only pages of this process know."""
    return secrets.token_urlsafe(32)


def is_token(given: str, token: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


class Gate:
    """Refuses other hosts' names (421: a page elsewhere whose name was pointed here), other origins and
    cross-site requests (403) and other methods (405), and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refuse(scope["method"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_guarded)

    def _refuse(self, method: str, headers: Headers) -> PlainTextResponse | None:
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if _name(f"//{host}") not in self.hosts:
            return PlainTextResponse("This address is not served here.\n", 421)
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return PlainTextResponse("Requests from other sites are refused.\n", 403)
        if method not in SAFE_METHODS and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return PlainTextResponse("Requests from other sites are refused.\n", 403)
        if method not in SAFE_METHODS and method != "POST":
            return PlainTextResponse("Method not allowed.\n", 405)
        return None


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
