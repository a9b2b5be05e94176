"""The console in lines of text: what can be typed, and what comes of it."""

import dataclasses
import io
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from station.errors import BadInput
from station.records.store import Store
from station.run import entries as e
from station.run.inbox import COMMAND, Abort, Answer, Command, GoOn, Note, Pause, Remove, Skip, Void
from station.run.state import RunState
from station.tui.plain.console import SHOWN_LINES, PlainConsole
from station.tui.plain.lines import TypedLines
from station.tui.plain.typed import Answered, Local, Typed, typed
from station.tui.start.launch import Order, Started
from tests.station.tui.journals import CONNECT, TEMPERATURE, begin, begun, measured, planned
from tests.station.tui.screens import desk, speech

RUN, BY = "20260302-0b0001", "Operator A"
FIRST, SECOND = (point.id for point in planned(2))

TYPED = [
    pytest.param("23.1", Answered("23.1"), id="an answer"),
    pytest.param("", Answered(""), id="Enter alone"),
    pytest.param(" /Pause ", Pause(by=BY), id="pause"),
    pytest.param("/go", GoOn(by=BY), id="go on"),
    pytest.param("/abort smoke", Abort(by=BY, reason="smoke"), id="abort"),
    pytest.param("/void 2 loose lead", Void(point=SECOND, reason="loose lead", by=BY), id="void"),
    pytest.param(f"/skip {FIRST} old", Skip(point=FIRST, reason="old", by=BY), id="by its id"),
    pytest.param("/note 1 bent", Note(point=FIRST, text="bent", by=BY), id="note"),
    pytest.param("/remove dut-2 dead", Remove(dut="dut-2", reason="dead", by=BY), id="remove"),
    pytest.param("/points", Local.POINTS, id="points"),
    pytest.param("/leave", Local.LEAVE, id="leave"),
]


@pytest.mark.parametrize(("line", "asked"), TYPED)
def test_a_line_asks_for_one_thing(line: str, asked: Typed) -> None:
    assert typed(line, RunState(begun=begun(RUN)), BY) == asked


REFUSED = [
    pytest.param("/fly", "no command /fly", id="no command"),
    pytest.param("/void 2", "needs what it is about and why", id="no reason"),
    pytest.param("/void", "needs what it is about and why", id="nothing"),
    pytest.param("/skip 99 why", "no point '99'", id="no such number"),
    pytest.param("/skip ² why", "no point '²'", id="no digit"),
]


@pytest.mark.parametrize(("line", "why"), REFUSED)
def test_a_line_that_asks_for_nothing_says_why(line: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        typed(line, RunState(begun=begun(RUN)), BY)


class Scripted:
    """Types its lines one by one, between two looks each; then the input has ended."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)
        self._looked = False

    def next(self, seconds: float | None) -> str | None:
        self._looked = not self._looked
        if seconds is not None and self._looked:
            return None
        if not self._lines:
            raise EOFError
        return self._lines.pop(0)


def said(store: Store, *lines: str, language: str = "en") -> str:
    told: list[str] = []
    PlainConsole(desk(store, speech(language), by=BY), Scripted(*lines), told.append).run()
    return "\n".join(told)


def commands(store: Store) -> list[Command]:
    return [COMMAND.validate_json(body) for _, body in store.inbox(RUN, 0)]


def asks(store: Store) -> None:
    begin(store, RUN).append(TEMPERATURE)


def measures(store: Store) -> None:
    begin(store, RUN).append(measured(0))


SENT = [
    pytest.param(asks, ("23,1",), [Answer(prompt=2, value="23.1", by=BY)], id="decimal comma"),
    pytest.param(asks, ("99",), [], id="beyond the limits"),
    pytest.param(measures, ("23",), [], id="nothing is asked"),
    pytest.param(measures, ("/pause",), [Pause(by=BY)], id="pause"),
    pytest.param(
        measures, ("/abort smoke", "ABORT"), [Abort(by=BY, reason="smoke")], id="abort, sure"
    ),
    pytest.param(measures, ("/abort smoke", "abort"), [], id="abort, not sure"),
    pytest.param(measures, ("/void 1 old",), [Void(point=FIRST, reason="old", by=BY)], id="void"),
]


@pytest.mark.parametrize(("situation", "lines", "sent"), SENT)
def test_what_is_typed_is_sent(
    store: Store, situation: Callable[[Store], None], lines: tuple[str, ...], sent: list[Command]
) -> None:
    situation(store)
    said(store, "1", *lines, "/leave", "q")
    assert commands(store) == sent


def test_a_run_is_told_as_it_stands(store: Store) -> None:
    journal = begin(store, RUN)
    for number in range(8):
        journal.append(measured(number))
    journal.append(CONNECT)
    text = said(store, "1", "/points", "/question", "/help", "/leave", "q")
    lines = text.splitlines()
    assert "   1  20260302-0b0001  [SIMULATED]" in lines[1]
    assert "8/10" in lines[1]
    # Of what was before only the last few.
    told_before = text.partition("calibrator NORMAL HI")[0].splitlines()
    assert len([line for line in told_before if line.startswith("[ ")]) == SHOWN_LINES
    assert text.count("calibrator NORMAL HI ── red ── dut INPUT HI") == 2
    assert "  10  Resistance 10 MΩ" in text
    assert "/void POINT WHY" in text


def test_the_plain_console_speaks_vietnamese(store: Store) -> None:
    asks(store)
    text = said(store, "1", "/leave", "q", language="vi")
    assert "/help cho biết có thể gõ gì." in text


def test_numbers_have_the_decimal_sign_of_the_language(store: Store) -> None:
    measures(store)
    shown = {language: said(store, "1", "/leave", "q", language=language) for language in SIGNS}
    for language, sign in SIGNS.items():
        assert re.search(rf"\d{sign}\d+ ± \d{sign}\d+ ", shown[language])


SIGNS = {"en": r"\.", "vi": ","}


def test_what_went_wrong_is_told_in_vietnamese(store: Store, tmp_path: Path) -> None:
    asks(store)
    refused = said(store, "1", "/fly", "/leave", "n", str(tmp_path / "no.toml"), "q", language="vi")
    assert "Không có lệnh /fly." in refused
    assert f"✗ {tmp_path / 'no.toml'}: không đọc được" in refused


def test_nothing_is_sent_to_an_ended_run(store: Store) -> None:
    begin(store, RUN).append(e.Aborted(by="B", reason="smoke"))
    text = said(store, "1", "/pause", "/leave", "q")
    assert "The run has ended; nothing can be sent to it." in text
    assert commands(store) == []


def test_the_end_of_the_input_leaves_the_run_alone(store: Store) -> None:
    measures(store)
    assert "The input has ended; runs go on." in said(store, "1")
    assert commands(store) == []


def test_lines_are_read_as_they_come() -> None:
    lines = TypedLines(io.StringIO("one\n\ntwo"))
    assert [lines.next(None) for _ in range(3)] == ["one", "", "two"]
    for _ in range(2):
        with pytest.raises(EOFError):
            lines.next(None)


def test_a_new_run_is_asked_for_line_by_line(store: Store, tmp_path: Path) -> None:
    ordered: list[Order] = []

    def launch(order: Order, store_url: str) -> Started:
        ordered.append(order)
        begin(store, RUN)
        out = tmp_path / "out"
        out.write_text(f"{RUN}\n", encoding="utf-8")
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        return Started(ended, out, out)

    told: list[str] = []
    sits = dataclasses.replace(desk(store, by=BY), launch=launch)
    bench = str(files("station") / "demo" / "bench.toml")
    PlainConsole(sits, Scripted("n", bench, "dmm", "", "", "/leave", "q"), told.append).run()
    (order,) = ordered
    assert (order.procedure, str(order.bench), order.by) == ("dmm", bench, BY)
    assert order.simulated
    text = "\n".join(told)
    assert "✓ operator: Operator A" in text
    assert "69 points, about" in text
    assert "R running" in text


def test_a_new_run_that_cannot_begin_says_what_to_do(store: Store, tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    told: list[str] = []
    PlainConsole(desk(store, by=BY), Scripted("n", str(bench), "q"), told.append).run()
    assert any("bench.toml" in line and line.startswith("✗") for line in told)
