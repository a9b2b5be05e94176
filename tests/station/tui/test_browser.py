"""The console in a browser: its page asks nobody else, and each tab is a console of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from station.cli.main import main
from station.records.store import Store
from station.tui.browser import serve as browser
from station.tui.browser.serve import Listening, page
from tests.station.tui.journals import begin
from tests.station.tui.screens import speech

RUN = "20260302-0a1b2c"
DEADLINE = 60.0
"""Real time (s) on a busy machine."""


@contextmanager
def served(store: Store, folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server on a port that the system chose, and its page's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "station", "tui", "--serve", "0", "--lang", "vi", "--by", "tester"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STATION_STORE": store.url, "XDG_CONFIG_HOME": str(folder)},
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield process, address
    finally:
        process.kill()
        process.communicate()


async def painted(tab: ClientWebSocketResponse, text: str) -> None:
    """Read what the tab's console paints until `text` is there."""
    seen = ""
    while text not in seen:
        message = await tab.receive()
        assert message.type is WSMsgType.BINARY, f"{message}; before: {seen[-500:]!r}"
        seen += message.data.decode()


async def ended(tab: ClientWebSocketResponse) -> None:
    async for _ in tab:
        pass
    assert tab.closed


def test_a_tab_shows_the_runs_and_ends_with_its_key_another_with_the_server(
    store: Store, tmp_path: Path
) -> None:
    begin(store, RUN)

    async def look(server: "subprocess.Popen[str]", address: str) -> None:
        async with ClientSession() as client:
            async with client.get(address) as answer:
                assert answer.status == 200
                assert await answer.text() == page(speech("vi"))
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
            root = address.rpartition("/")[0].rpartition("/")[0]
            for elsewhere in ("/", "/ws", "/static/js/textual.js", "/x/ws"):
                async with client.get(root + elsewhere) as answer:
                    assert answer.status == 404
            async with (
                client.ws_connect(f"{address}ws?width=100&height=30") as one,
                client.ws_connect(f"{address}ws?width=80&height=24") as other,
            ):
                await painted(one, RUN)
                await painted(other, RUN)
                await one.send_json(["stdin", "q"])
                await ended(one)
                server.send_signal(signal.SIGTERM)
                await ended(other)

    with served(store, tmp_path) as (server, address):
        asyncio.run(asyncio.wait_for(look(server, address), DEADLINE))
        assert server.wait(DEADLINE) == 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_asks_for_nothing_but_files_of_the_package(language: str) -> None:
    content = page(speech(language))
    assert "//" not in re.sub("^ *//.*$", "", content, flags=re.MULTILINE)
    asked = set(re.findall(r'static/([^"]+)"', content))
    assert len(asked) == 4
    for name in asked:
        assert files("textual_serve").joinpath("static", name).is_file()
    style = files("textual_serve").joinpath("static", "css", "xterm.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


Given = Callable[..., list[object]]


@pytest.fixture
def given(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    """Gives `station tui` with its arguments, and returns what is to be served."""

    def give(*arguments: str) -> list[object]:
        told: list[object] = []
        monkeypatch.setattr(browser, "serve", lambda *what: told.extend(what))
        monkeypatch.setenv("STATION_STORE", store.url)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert main(["tui", "--by", "tester", *arguments]) == 0
        return told

    return give


@pytest.mark.parametrize(
    ("text", "listening", "loopback"),
    [
        ("", Listening("127.0.0.1", 8717), True),
        ("9000", Listening("127.0.0.1", 9000), True),
        ("localhost:0", Listening("localhost", 0), True),
        ("[::1]:9000", Listening("::1", 9000), True),
        ("0.0.0.0:9000", Listening("0.0.0.0", 9000), False),
        ("bench-pc:9000", Listening("bench-pc", 9000), False),
    ],
)
def test_where_it_listens_is_this_computer_unless_told_and_then_it_warns(
    given: Given,
    capsys: pytest.CaptureFixture[str],
    text: str,
    listening: Listening,
    loopback: bool,
) -> None:
    _, _, at, _, announce = given("--serve", *([text] if text else []))
    assert at == listening
    assert callable(announce)
    announce("http://somewhere/")
    out, err = capsys.readouterr()
    assert out == "http://somewhere/\n"
    assert "Whoever has this address is tester" in err
    assert ("open to other computers" in err) is not loopback


def test_a_tabs_command_line_has_no_address_of_the_store(given: Given, store: Store) -> None:
    console, url, *_ = given("--serve", "--lang", "en", "--store", store.url)
    assert url == store.url
    assert console == [sys.executable, "-m", "station", "tui", "--by", "tester", "--lang", "en"]


@pytest.mark.parametrize("text", ["x", "1.2.3.4", "host:", "65536", "--plain"])
def test_what_is_no_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["tui", "--serve", text])
    assert ended.value.code == 2
    assert "--serve" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["tui", "--serve", str(port), "--by", "tester", "--store", store.url])
    assert code == 2
    assert f"127.0.0.1 port {port} cannot be listened on" in capsys.readouterr().err
