"""Runs as they are told at a plain terminal: line by line as they happen, and afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.cli.common import Teller
from station.cli.main import main
from station.cli.telling import life_lines
from station.clock import SystemClock
from station.locale import translation
from station.records import claims
from station.records.chain import GENESIS
from station.records.store import Store, open_store
from station.register import entries as r
from station.register.state import Lives, Register
from station.run import entries as e
from station.run.journal import Journal, Row, read
from station.run.live import LiveView
from station.run.progress import progress
from station.run.state import RunState, fold, fold_all
from tests.station.certificate.gauges import FOUND, PRESSURES, Gauges, point
from tests.station.certificate.runs import BEGUN_AT, HEAD, ISSUED_AT, StepClock

READ = e.Prompted(
    prompt=1,
    wants=e.PromptKind.READ,
    text="Read the gauge",
    unit="bar",
    instrument="dut-2",
    about="up, 4 bar",
    resolution=0.05,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "station.db")) as opened:
        yield opened


def told(
    entries: list[e.Entry],
    capsys: pytest.CaptureFixture[str],
    *,
    language: str = "en",
    prompts: bool = True,
) -> list[str]:
    tell, state = Teller(translation(language), prompts=prompts), RunState()
    for seq, entry in enumerate(entries):
        row = Row(seq, BEGUN_AT, entry, GENESIS, HEAD)
        state = fold(state, row)
        tell(row, state)
    return capsys.readouterr().out.splitlines()


def test_every_item_is_named_at_the_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(Gauges(legal=True).entries()[:1], capsys) == [
        "Pressure gauges, periodic verification (ĐLVN 08:2011)",
        "    dut: Pressure gauge 1, AK-001",
        "    dut-2: Pressure gauge 2, AK-002",
        "    dut-3: Pressure gauge 3, AK-003",
    ]


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        pytest.param(READ, ["? Read the gauge  (dut-2, up, 4 bar) / bar"], id="a reading"),
        pytest.param(
            READ.model_copy(update={"doubted": "4.20", "doubts": ("Two digits may be swapped.",)}),
            [
                "? Read the gauge  (dut-2, up, 4 bar) / bar",
                "    Please look again. Entered: 4.20 / bar",
                "    - Two digits may be swapped.",
            ],
            id="a second look",
        ),
        pytest.param(
            e.Prompted(
                prompt=2, wants=e.PromptKind.REVIEW, text="All right?", entered=("4.02 bar", "4.05")
            ),
            ["? All right?", "      1  4.02 bar", "      2  4.05"],
            id="a review",
        ),
        pytest.param(
            e.Corrected(point="up/4", phase=FOUND, number=2, was="4.05", value="4.00", by="A"),
            ["corrected: up/4, reading 2: 4.05 → 4.00 (A)"],
            id="a correction",
        ),
        pytest.param(
            e.Suspected(point="up/4", phase=FOUND, suspicion="The gauges look exchanged."),
            ["stands all the same: up/4: The gauges look exchanged."],
            id="a suspicion",
        ),
        pytest.param(
            e.Removed(dut="dut-2", reason="it leaks", by="A"),
            ["dut-2: taken out (A: it leaks)"],
            id="a removal",
        ),
        pytest.param(
            e.Inspected(
                dut="dut-3", inspection="i", text="Is it whole?", clause="6.2", passed=False, by="A"
            ),
            ["dut-3: Is it whole? (6.2)  fail"],
            id="an inspection",
        ),
        pytest.param(
            e.Decided(phase=FOUND, verdict="fail", dut="dut-2"),
            ["as-found, dut-2: fail"],
            id="a verdict",
        ),
    ],
)
def test_what_people_do_is_told(
    entry: e.Entry, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    begun, air, *_ = Gauges().entries()
    before = len(told([begun, air], capsys))
    assert told([begun, air, entry], capsys)[before:] == lines


def test_a_console_shows_its_prompts_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert told([Gauges().begun(), READ], capsys, prompts=False)[-1].endswith("AK-003")


def test_observations_are_progress(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(Gauges().entries()[:4], capsys)
    assert lines[-1] == "[  2/24]    4 min  Pressure 200 kPa  pressure/up/200000: n = 1"


def test_results_and_conclusions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(Gauges().entries(), capsys)
    assert "dut: Hysteresis: 1.235 kPa" in lines
    assert "dut: Slope: (-5.775 ± 0.012) × 10⁻⁷ 1/°C" in lines
    (result,) = [line for line in lines if " dut-2/1e+06 " in line]
    assert result.split("  ")[-1] == "fail"
    assert "22.4 ± 2.2" in result
    assert "kPa (limit ±16)" in result


@pytest.mark.parametrize(
    ("value", "uncertainty", "unit", "said"),
    [
        pytest.param(1.1e-11, 1.6e-12, "1", "(1.10 ± 0.16) × 10⁻¹¹", id="an Allan deviation"),
        pytest.param(-4.56e-8, 1.7e-10, "1", "(-4.560 ± 0.017) × 10⁻⁸", id="a time base"),
        pytest.param(0.0, 1.7e-10, "1", "(0.0 ± 1.7) × 10⁻¹⁰", id="nothing but U"),
        pytest.param(2.3456e-12, None, "1", "2.346 × 10⁻¹²", id="without U"),
        pytest.param(0.0, None, "1", "0", id="nothing"),
        pytest.param(0.25, 0.011, "1", "0.250 ± 0.011", id="a plain number"),
        pytest.param(1.2e-5, 3e-7, "m", "12.00 ± 0.30 µm", id="a unit with prefixes"),
    ],
)
def test_small_numbers_have_powers_of_ten(
    value: float,
    uncertainty: float | None,
    unit: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    drawn = e.ConclusionDrawn(
        name="c", title="C", value=value, unit=unit, expanded_uncertainty=uncertainty, source="s"
    )
    entry = e.Concluded(phase=FOUND, test="pressure", dut="dut", conclusions=(drawn,))
    assert told([Gauges().begun(), entry], capsys)[-1] == f"dut: C: {said}"


def test_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    entry = e.Removed(dut="dut-2", reason="rò", by="A")
    lines = told([Gauges().begun(), READ, entry], capsys, language="vi")
    assert lines[-1] == "dut-2: đã đưa ra (A: rò)"


def test_limits_on_one_side_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    begun = Gauges().begun()
    one_sided = tuple(one.model_copy(update={"lower": 0.0}) for one in begun.points)
    entries = Gauges().entries()
    entries[0] = begun.model_copy(update={"points": one_sided})
    (line, *_) = [line for line in told(entries, capsys) if " dut/0 " in line]
    assert "(limits 0 … 16)" in line


# -- afterwards --------------------------------------------------------------------------


def shown(store: Store, run: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["show", run, "--store", store.url, "--lang", "en", *more]) == 0
    return capsys.readouterr().out


def test_a_run_of_several_items_is_shown_item_after_item(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Gauges(legal=True, refused="dut-2", removed=("dut-3", 2), voided=True).write_down(store)
    out = shown(store, run, capsys)
    assert f"{run}  pressure-gauge  Pressure gauge 1, AK-001 (+2)  finished" in out
    for line in (
        "  periodic verification: ĐLVN 08:2011",
        "  dut-2: Is the gauge without damage? (6.2)  fail",
        "  as-found  Pressure 200 kPa  pressure/up/200000: n = 1",
        "  as-found  dut: Hysteresis: 1.235 kPa",
        "  dut-3: taken out (Operator A: rò khí)",
        "  void: pressure/up/200000 (rò áp suất, Operator A)",
        "  as-found, dut-2: fail",
        "  20.4 °C, 52 %, 1008.2 hPa (logger 3)",
    ):
        assert line in out.splitlines()
    assert out.index(" dut/1e+06 ") < out.index(" dut-3/0 ")
    items = json.loads(shown(store, run, capsys, "--json"))["items"]
    assert [(item["dut"], item["verdicts"], item["removed"]) for item in items] == [
        ("dut", {"as-found": "pass"}, None),
        ("dut-2", {"as-found": "fail"}, None),
        ("dut-3", {}, "rò khí"),
    ]


def test_what_is_waited_for_is_shown(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    gauges = Gauges()
    run = gauges.write_down(store)
    # The finished run waits for nothing; one that is under way does.
    assert "waiting" not in shown(store, run, capsys)
    other = gauges.begun().model_copy(update={"run": "other"})
    Journal.begin(store, other, StepClock())
    now = SystemClock().now().timestamp()
    assert claims.take(store, "other", "engine", [], now, 5.0) is None
    view = LiveView(point="p", waiting="The pressure settles.", seconds_left=42.0)
    assert claims.beat(store, "other", "engine", now, view.model_dump_json())
    assert "  waiting: The pressure settles., left 42 s" in shown(store, "other", capsys)


def test_what_will_never_come_does_not_count(store: Store) -> None:
    run = Gauges(legal=True, refused="dut-2", removed=("dut-3", 2)).write_down(store)
    rows = list(read(store, run))
    count = len(PRESSURES)
    assert progress(fold_all(rows[:2])) == (0, count + 3 * count)
    inspected = 2 + 3 * 2
    assert progress(fold_all(rows[:inspected])) == (0, count + 2 * count)
    assert progress(fold_all(rows)) == (count + count + 2, count + count + 2)
    assert point("dut", 0.0).rests_on == ("pressure/up/0",)


def test_instants_are_told_in_the_laboratory_s_time_zone() -> None:
    act = r.Approved(by="dung", run="one", dut="dut")
    register = Register(items={("one", "dut"): Lives(log=((ISSUED_AT, act),))})
    (line,) = life_lines(register, "one", "dut", translation("en"))
    assert line == "2026-11-21 10:04  dut: approved (dung)"
