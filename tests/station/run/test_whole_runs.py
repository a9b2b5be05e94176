"""Whole runs on the virtual clock: good and bad instruments, good and bad days."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.capabilities import Reading
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    LinkLost,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.keysight.truevolt import Truevolt
from simulators.faults.fault import Fault, FaultKind
from station.bench import Bench
from station.clock import SystemClock
from station.errors import (
    JournalMismatch,
    OutOfCalibration,
    OutOfReach,
    Refused,
    RunAborted,
    StationError,
    StoreFailed,
)
from station.records.store import open_store
from station.run import carry_out
from station.run import entries as e
from station.run.engine import Engine
from station.run.inbox import Abort, Answer, GoOn, Pause, Void, send
from station.run.journal import Row
from station.run.operator import ScriptedOperator
from station.run.people import Interrupted
from station.run.plan import Phase
from station.run.questions import AT_THE_END
from station.run.second_look import OUTSIDE, SWAPPED
from station.run.state import RunState, Status
from tests.station.run.laboratory import FEW, Laboratory, bench, certificate, few_points

Watch = Callable[[Row, RunState], None]


@pytest.fixture
def laboratory(either_laboratory: Laboratory) -> Laboratory:
    return either_laboratory


def measured(state: RunState) -> dict[str, e.Measured]:
    return {o.point: o for o in state.results.values() if isinstance(o, e.Measured)}


def test_a_good_meter_passes_every_point(laboratory: Laboratory) -> None:
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert set(measured(state)) == set(FEW)
    assert {m.verdict for m in measured(state).values()} == {"pass"}
    assert state.decisions == {Phase.AS_FOUND: "pass"}
    assert laboratory.state() == state


def test_every_number_names_what_it_came_from(laboratory: Laboratory) -> None:
    point = measured(laboratory.begin())["dc-voltage/10 V/-10 V"]
    assert len(point.readings) == 10
    for reading in point.readings:
        assert float(reading.raw) == reading.value
        assert any(reading.raw in (exchange.received or "") for exchange in point.wire)
    assert any(exchange.sent.startswith("OUT ") for exchange in point.wire)
    assert all(line.source for line in point.budget)
    assert "SIM-2026-0417" in next(b for b in point.budget if b.name == "applied").source
    mean = sum(r.value for r in point.readings) / 10
    assert point.indication == pytest.approx(mean)
    assert point.error == pytest.approx(mean - point.reference)


def test_a_meter_out_of_tolerance_fails_and_the_run_is_done(laboratory: Laboratory) -> None:
    laboratory.file = bench(errors={"dut": {"dc-voltage": {"gain_ppm": 400.0}}})
    state = laboratory.begin()
    assert state.status is Status.FINISHED
    assert state.decisions == {Phase.AS_FOUND: "fail"}
    verdicts = {m.point: m.verdict for m in measured(state).values()}
    assert verdicts["dc-voltage/10 V/-10 V"] == "fail"
    assert verdicts["ac-voltage/1 V/1 V/1 kHz"] == "pass"
    assert not any(isinstance(row.entry, e.AdjustBegun) for row in laboratory.rows())


def test_a_forgotten_hookup_measures_an_open_input(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_wires(self: Engine, hookup: object) -> None:
        self.connected = hookup  # type: ignore[assignment]  # any hookup will do

    monkeypatch.setattr(Engine, "_connect", nobody_wires)
    state = laboratory.begin()
    assert abs(measured(state)["dc-voltage/10 V/-10 V"].indication) < 0.1
    assert isinstance(state.results[Phase.AS_FOUND, "resistance-4w/1 kΩ/1 kΩ"], e.Overloaded)
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def arm_at(monkeypatch: pytest.MonkeyPatch, name: str, fault: Fault, at_exchange: int) -> None:
    """Arm a fault of the simulated instrument `name` when the bench is opened."""
    opened = carry_out.open_bench

    def open_and_arm(*args: object, **kwargs: object) -> Bench:
        made = opened(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        assert made.simulated is not None
        made.simulated.arm(name, fault, at_exchange=at_exchange)
        return made

    monkeypatch.setattr(carry_out, "open_bench", open_and_arm)


FAULTS = [
    pytest.param(FaultKind.REFUSED, InstrumentError, id="refused command"),
    pytest.param(FaultKind.SILENCE, ReplyTimeout, id="silence"),
    pytest.param(FaultKind.LATE, ReplyTimeout, id="late reply"),
    pytest.param(FaultKind.TRUNCATED, InstrumentError, id="truncated reply"),
    pytest.param(FaultKind.SPLIT, InstrumentError, id="reply in two pieces"),
    pytest.param(FaultKind.GARBAGE, UnexpectedReply, id="garbage"),
    pytest.param(FaultKind.DISCONNECT_BEFORE, LinkLost, id="disconnect"),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_a_fault_stops_safe_keeps_what_is_measured_and_resumes(
    laboratory: Laboratory,
    monkeypatch: pytest.MonkeyPatch,
    fault: FaultKind,
    error: type[Exception],
) -> None:
    with monkeypatch.context() as armed:
        arm_at(armed, "dut", Fault(fault, seconds=60.0), at_exchange=20)
        with pytest.raises(error) as caught:
            laboratory.begin()
    assert "dut" in str(caught.value)
    stopped = laboratory.state()
    assert stopped.status is Status.FAULTED
    kept = set(measured(stopped))
    assert 0 < len(kept) < len(FEW)
    kinds = [row.entry.kind for row in laboratory.rows()]
    assert kinds[-2:] == ["made-safe", "faulted"]
    assert not stopped.unsafe
    state = laboratory.resume()
    assert state.status is Status.FINISHED
    assert set(measured(state)) == set(FEW)
    once = [r.entry.point for r in laboratory.rows() if isinstance(r.entry, e.Measured)]
    assert len(once) == len(set(once))


def test_overload_is_recorded_as_overload_and_never_as_a_number(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm_at(monkeypatch, "dut", Fault(FaultKind.OVERLOAD), at_exchange=8)
    state = laboratory.begin()
    overloaded = [o for o in state.results.values() if isinstance(o, e.Overloaded)]
    # The fault lasts: every point from the first reading on.
    assert [o.point for o in overloaded] == list(FEW)
    assert all(o.reply.startswith("+9.90000000E+37") for o in overloaded)
    assert state.decisions == {Phase.AS_FOUND: "fail"}


def command_at(laboratory: Laboratory, point: str, *commands: object) -> Watch:
    """Send commands from a second process's place when `point` is done."""
    sent = list(commands)

    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Measured) and row.entry.point == point and sent:
            with open_store(laboratory.url) as store:
                while sent:
                    send(store, laboratory.run, sent.pop(0), SystemClock().now())  # type: ignore[arg-type]

    return watch


@pytest.fixture
def eager_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """The virtual run is over in less than the inbox's polling interval: look every time."""
    monkeypatch.setattr("station.run.inbox.POLL_SECONDS", 0.0)


@pytest.mark.usefixtures("eager_inbox")
def test_void_and_retest(laboratory: Laboratory) -> None:
    void = Void(point=FEW[0], reason="lead was loose", by="reviewer")
    state = laboratory.begin(watch=command_at(laboratory, FEW[1], void))
    assert state.status is Status.FINISHED
    assert [(v.point, v.reason) for v, _ in state.void] == [(FEW[0], "lead was loose")]
    again = [r.entry.point for r in laboratory.rows() if isinstance(r.entry, e.Measured)]
    assert again.count(FEW[0]) == 2
    assert again.count(FEW[1]) == 1


@pytest.mark.usefixtures("eager_inbox")
def test_pause_puts_outputs_to_standby_and_goes_on(laboratory: Laboratory) -> None:
    watch = command_at(laboratory, FEW[0], Pause(by="a"), GoOn(by="b"))
    state = laboratory.begin(watch=watch)
    kinds = [row.entry.kind for row in laboratory.rows()]
    at = kinds.index("paused")
    assert kinds[at - 1 : at + 2] == ["made-safe", "paused", "went-on"]
    assert set(measured(state)) == set(FEW)


def test_the_room_is_asked_for_at_the_end_with_the_outputs_in_standby(
    laboratory: Laboratory,
) -> None:
    asked: list[tuple[str, bool]] = []

    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Prompted) and row.entry.text in AT_THE_END:
            asked.append((row.entry.unit, state.standby))

    laboratory.begin(watch=watch)
    assert asked == [("°C", True), ("%", True)]


@pytest.mark.usefixtures("eager_inbox")
def test_abort_ends_the_run_for_good(laboratory: Laboratory) -> None:
    watch = command_at(laboratory, FEW[0], Abort(by="a", reason="smoke"))
    with pytest.raises(RunAborted, match="smoke"):
        laboratory.begin(watch=watch)
    assert [row.entry.kind for row in laboratory.rows()][-2:] == ["made-safe", "aborted"]
    with pytest.raises(JournalMismatch, match="aborted"):
        laboratory.resume()


def test_a_terminated_run_is_safe_and_can_be_resumed(laboratory: Laboratory) -> None:
    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Measured):
            laboratory.stop.set()

    with pytest.raises(Interrupted):
        laboratory.begin(watch=watch)
    assert laboratory.state().status is Status.FAULTED
    laboratory.stop.clear()
    assert laboratory.resume().status is Status.FINISHED


REFUSED = [
    pytest.param(
        {"certificate": certificate(lambda t: t.replace("due = 2027-09-13", "due = 2026-10-01"))},
        OutOfCalibration,
        "due 2026-10-01",
        id="overdue standard",
    ),
    pytest.param(
        {"certificate": certificate(lambda t: t.replace("nominal = 10", "nominal = 9"))},
        OutOfReach,
        "1000 does not lie between certified points",
        id="point outside the certificate",
    ),
]


@pytest.mark.parametrize(("change", "error", "says"), REFUSED)
def test_preflight_refuses_before_anything_is_written(
    laboratory: Laboratory, change: dict[str, object], error: type[StationError], says: str
) -> None:
    laboratory.procedure = few_points(("dc-voltage/1000 V/1000 V",))
    for name, value in change.items():
        setattr(laboratory, name, value)
    with pytest.raises(error, match=says):
        laboratory.begin()
    assert laboratory.run == ""


def test_a_wrong_serial_number_is_refused(laboratory: Laboratory) -> None:
    # The simulated meter answers with another serial number than the bench file's.
    with pytest.MonkeyPatch.context() as patch:
        arm_at(patch, "dut", Fault(FaultKind.WRONG_SERIAL), at_exchange=1)
        with pytest.raises(WrongInstrument, match="MY53220419"):
            laboratory.begin()
    assert laboratory.run == ""


def test_a_changed_certificate_does_not_continue_a_run(laboratory: Laboratory) -> None:
    laboratory.stop.set()
    with pytest.raises(Interrupted):
        laboratory.begin()
    laboratory.stop.clear()
    laboratory.certificate = certificate(lambda text: text + "\n")
    with pytest.raises(JournalMismatch, match="certificate of calibrator"):
        laboratory.resume()


def test_a_full_disk_stops_the_run_safe(tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)

    def fill_up(row: Row, state: RunState) -> None:
        if isinstance(row.entry, e.Measured):
            connection = store_of(laboratory)
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.close()
            limits.append(pages)

    limits: list[int] = []
    opened = []

    def open_small(url: str) -> object:
        store = open_store(url)
        opened.append(store)
        return store

    def full(row: Row, state: RunState) -> None:
        fill_up(row, state)
        if limits:
            opened[0]._writer.connected().execute(f"PRAGMA max_page_count = {limits[-1]}")

    with pytest.raises(StoreFailed, match="full"):
        laboratory.begin(watch=full, open_=open_small)  # type: ignore[arg-type]
    state = laboratory.state()
    assert 0 < state.done < len(FEW)
    assert laboratory.resume().status is Status.FINISHED


def store_of(laboratory: Laboratory) -> sqlite3.Connection:
    return sqlite3.connect(laboratory.url)


def test_readings_of_an_output_that_tripped_are_never_a_result(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calibrator drops to standby between two readings of the second point."""
    benches = []
    opened = carry_out.open_bench

    def remember(*args: object, **kwargs: object) -> Bench:
        benches.append(opened(*args, **kwargs))  # type: ignore[arg-type]  # passed on as it came
        return benches[-1]

    monkeypatch.setattr(carry_out, "open_bench", remember)
    read = Truevolt.read
    taken = []

    def trip_at_the_fifteenth(self: Truevolt) -> Reading:
        taken.append(read(self))
        if len(taken) == 15:
            benches[-1].simulated.panel("calibrator").receive(b"STBY")
        return taken[-1]

    monkeypatch.setattr(Truevolt, "read", trip_at_the_fifteenth)
    with pytest.raises(InstrumentRefused, match="dropped to standby"):
        laboratory.begin()
    state = laboratory.state()
    assert set(measured(state)) == {FEW[0]}
    assert state.status is Status.FAULTED
    assert laboratory.resume().decisions == {Phase.AS_FOUND: "pass"}


def at_the(kind: str, *commands: object) -> Callable[[Laboratory], Watch]:
    """Send commands when the first entry of `kind` is written."""

    def of(laboratory: Laboratory) -> Watch:
        waiting = list(commands)

        def watch(row: Row, state: RunState) -> None:
            if row.entry.kind == kind and state.done and waiting:
                with open_store(laboratory.url) as store:
                    while waiting:
                        send(store, laboratory.run, waiting.pop(0), SystemClock().now())  # type: ignore[arg-type]

        return watch

    return of


VOID = Void(point=FEW[0], reason="second thoughts", by="reviewer")
MOMENTS = [
    pytest.param("prompted", id="while a question is open"),
    pytest.param("decided", id="after the decision"),
    pytest.param("made-safe", id="while it is made safe"),
]


@pytest.mark.usefixtures("eager_inbox")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_command_is_never_lost_whenever_it_comes(laboratory: Laboratory, moment: str) -> None:
    state = laboratory.begin(watch=at_the(moment, VOID)(laboratory))
    assert state.status is Status.FINISHED
    assert [v.point for v, _ in state.void] == [FEW[0]]
    assert set(measured(state)) == set(FEW)
    kinds = [row.entry.kind for row in laboratory.rows()]
    assert kinds.count("finished") == 1
    assert kinds[-1] == "finished"


@pytest.mark.usefixtures("eager_inbox")
def test_an_abort_at_the_very_end_aborts_or_comes_too_late_but_never_both(
    laboratory: Laboratory,
) -> None:
    watch = at_the("decided", Abort(by="a", reason="no"))(laboratory)
    with pytest.raises(RunAborted):
        laboratory.begin(watch=watch)
    kinds = [row.entry.kind for row in laboratory.rows()]
    assert kinds[-1] == "aborted"
    assert "finished" not in kinds


@pytest.mark.usefixtures("eager_inbox")
def test_a_pause_during_a_question_begins_after_the_answer(laboratory: Laboratory) -> None:
    watch = at_the("prompted", Pause(by="a"), GoOn(by="a"))(laboratory)
    state = laboratory.begin(watch=watch)
    kinds = [row.entry.kind for row in laboratory.rows()]
    assert "paused" in kinds
    assert kinds.index("paused") > kinds.index("answered")
    assert state.status is Status.FINISHED


@pytest.mark.usefixtures("eager_inbox")
def test_a_void_of_nothing_is_declined_in_writing(laboratory: Laboratory) -> None:
    void = Void(point="no such point", reason="typo", by="a")
    laboratory.begin(watch=command_at(laboratory, FEW[0], void))
    (declined,) = [r.entry for r in laboratory.rows() if isinstance(r.entry, e.Declined)]
    assert "no such point" in declined.what


def test_a_room_outside_the_methods_limits_is_recorded_and_refused(
    laboratory: Laboratory,
) -> None:
    hot = ScriptedOperator("tester", {"°C": 29.0, "%": 52.0})
    with pytest.raises(Refused, match="29 °C"):
        laboratory.begin(operator=hot)
    state = laboratory.state()
    assert state.environment[-1].celsius == 29.0
    assert state.done == 0
    resumed = laboratory.resume()
    assert resumed.status is Status.FINISHED
    assert [read.celsius for read in resumed.environment] == [29.0, 23.1, 23.1]
    assert [read.celsius for read in resumed.conditions] == [23.1, 23.1]


def test_a_room_outside_the_methods_limits_is_looked_at_again_before_it_is_taken(
    laboratory: Laboratory,
) -> None:
    with pytest.raises(Refused):
        laboratory.begin(operator=ScriptedOperator("tester", {"°C": 12.1, "%": 52.0}))
    asked = [r.entry for r in laboratory.rows() if isinstance(r.entry, e.Prompted)]
    assert [prompt.doubted for prompt in asked] == ["", "12.1", ""]
    assert asked[1].doubts == (OUTSIDE, SWAPPED)


def test_a_typo_of_the_room_that_is_put_right_at_the_second_look_is_never_taken(
    laboratory: Laboratory,
) -> None:
    operator = Mistyping("tester", {"°C": 23.1, "%": 52.0})
    state = laboratory.begin(operator=operator)
    assert state.status is Status.FINISHED
    assert [read.celsius for read in state.environment] == [23.1, 23.1]


class Mistyping(ScriptedOperator):
    """Types 12,1 instead of 23,1 and sees it when asked again."""

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if prompt.prompt == 1:
            self._answer = "12,1"


def test_a_standard_without_the_certificates_serial_number_is_refused(
    laboratory: Laboratory,
) -> None:
    instruments = dict(laboratory.file.instruments)
    instruments["calibrator"] = instruments["calibrator"].model_copy(update={"serial": None})
    laboratory.file = laboratory.file.model_copy(update={"instruments": instruments})
    with pytest.raises(OutOfCalibration, match="is of serial 4872301"):
        laboratory.begin()
    assert laboratory.run == ""


class AtAScreen(ScriptedOperator):
    """Answers the first prompts at once and leaves the later ones to the inbox."""

    at_once = 3

    def ask(self, prompt: e.Prompted) -> None:
        super().ask(prompt)
        if prompt.prompt > self.at_once:
            self._answer = None


@pytest.mark.usefixtures("eager_inbox")
@pytest.mark.parametrize("taken_back", [False, True])
def test_a_pause_that_comes_with_the_answer_is_not_lost(
    laboratory: Laboratory, *, taken_back: bool
) -> None:
    """Pause (and, taken back, go on) lie in the inbox before the answer to the open prompt."""

    def watch(row: Row, state: RunState) -> None:
        with open_store(laboratory.url) as store:
            now = SystemClock().now()
            if isinstance(row.entry, e.Prompted) and row.entry.prompt > AtAScreen.at_once:
                if row.entry.wires:
                    send(store, laboratory.run, Pause(by="a"), now)
                    if taken_back:
                        send(store, laboratory.run, GoOn(by="a"), now)
                value = {"°C": "23.1", "%": "52"}.get(row.entry.unit, "")
                answer = Answer(prompt=row.entry.prompt, value=value, by="a")
                send(store, laboratory.run, answer, now)
            if isinstance(row.entry, e.PausedByPerson):
                send(store, laboratory.run, GoOn(by="a"), now)

    operator = AtAScreen("tester", {"°C": 23.1, "%": 52.0})
    state = laboratory.begin(watch=watch, operator=operator)
    assert state.status is Status.FINISHED
    kinds = [row.entry.kind for row in laboratory.rows()]
    assert kinds.count("paused") == (0 if taken_back else 1)
