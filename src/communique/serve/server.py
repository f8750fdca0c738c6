"""Runs the workbench on a socket until it is told to stop."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from communique.errors import CommuniqueError
from communique.serve.dictionary import load_dictionary
from communique.serve.security import LOOPBACK
from communique.serve.web import create_app


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises CommuniqueError where it can't."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise CommuniqueError(
            f"can't listen on {host}:{port}: {error}; choose another with --port"
        ) from error


def run_server(
    path: str, listening: socket.socket, host: str, *, open_browser: bool, say: Callable[[str], object]
) -> None:
    """Serves a database until interrupted. Raises StoreError where it can't be read."""
    load_dictionary()
    app = create_app(path, hosts=find_hosts(host))
    port = listening.getsockname()[1]
    shown = host if host not in ("0.0.0.0", "::") else "127.0.0.1"
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    say(f"The workbench is at {address} – Control-C ends it.")
    if open_browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    # uvicorn hands a SIGTERM on once it has closed: then what was opened for the time being is put away, too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


def find_hosts(host: str) -> frozenset[str]:
    """Names under which it may be asked for: loopback's, and the address given, if it is one of this machine's own."""
    names = {*LOOPBACK, host.lower()}
    try:
        if ipaddress.ip_address(host).is_unspecified:
            names.add(socket.gethostname().lower())
    except ValueError:
        pass
    return frozenset(names - {"0.0.0.0", "::"})
