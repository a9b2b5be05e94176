"""The console in a browser: one page, and a process of the console for each tab that shows it.

Server and terminal are textual-serve's. The page is ours, because its own asks the network for a
font; and it is under an address that nobody can guess, so that neither another page in the same
browser nor another user of the computer can type into a console.
"""

import os
import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from ipaddress import ip_address
from pathlib import Path
from string import Template

from aiohttp import web
from textual_serve.server import Server

from station.errors import BadInput
from station.locale import N_
from station.tui.parts.words import Speech

TITLE = N_("Calibration station")
ENDED = N_("The console was closed here. Runs go on without it.")
LATE = N_("The console does not start. The terminal in which it is served says why.")
AGAIN = N_("Open it again")

POLICY = "default-src 'self' 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
"""The browser itself keeps the page from asking anybody else (Content Security Policy, level 3)."""

GOODBYE_SECONDS = 0.5
"""How long (s) the tabs that are open hold up the end."""

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page is served; port 0 takes a free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def serve(
    console: Sequence[str], store: str, at: Listening, say: Speech, announce: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is told the page's address.

    `console` is the command line of a tab's console. It gets the address of the store in its
    environment: such an address may have secrets, and everybody can read a command line.

    Raises:
        BadInput: nothing can be listened on there.
    """
    family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
    try:
        listening = socket.create_server((at.host, at.port), family=family)
    except OSError as error:
        raise BadInput(
            "--serve: {host} port {port} cannot be listened on: {why}. Name another one.",
            host=at.host,
            port=at.port,
            why=error,
        ) from error
    os.environ["STATION_STORE"] = store
    host = f"[{at.host}]" if family == socket.AF_INET6 else at.host
    key = secrets.token_urlsafe(KEY_BYTES)
    tabs = Server(_shell_line(console))
    with listening:
        announce(f"http://{host}:{listening.getsockname()[1]}/{key}/")
        web.run_app(
            _application(tabs, key, page(say)),
            sock=listening,
            shutdown_timeout=GOODBYE_SECONDS,
            access_log=None,
            print=None,
        )


def page(say: Speech) -> str:
    """Return the page in the reader's language."""
    texts = {"title": TITLE, "ended": ENDED, "late": LATE, "again": AGAIN}
    told = {name: escape(say(text)) for name, text in texts.items()}
    content = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    return Template(content).substitute(told, language=say.notation.value)


def _application(tabs: Server, key: str, content: str) -> web.Application:
    async def index(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
        return web.Response(text=content, content_type="text/html", headers=headers)

    console = web.Application()
    console.add_routes(
        [
            web.get("/", index),
            web.get("/ws", tabs.handle_websocket),
            web.static("/static", tabs.statics_path),
        ]
    )
    whole = web.Application()
    whole.add_subapp(f"/{key}", console)
    return whole


def _shell_line(command: Sequence[str]) -> str:
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
