"""A look at a bench: who answers, and what stood in the error queues until then."""

from pathlib import Path

import pytest

from drivers.errors import ReplyTimeout
from station.bench import open_bench
from station.bench_file import FaultEntry, read_bench_file
from station.look import dialogue_of, look_at

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "station/demo/bench.toml"
BENCHES = [DEMO, *sorted(ROOT.glob("procedures/*/benches/*/bench.toml"))]


@pytest.mark.parametrize("path", BENCHES, ids=lambda path: path.parent.name)
def test_everything_on_a_bench_answers_and_has_nothing_to_complain_of(path: Path) -> None:
    with open_bench(read_bench_file(path)[0], simulate=True, look_only=True) as bench:
        for role, instrument in bench.instruments.items():
            seen = look_at(instrument)
            assert seen.failure is None
            assert seen.identity is not None, role
            assert seen.errors in (None, ())


@pytest.mark.parametrize(
    ("role", "entry"), [("dut", "-113"), ("calibrator", "1301")], ids=["SCPI", "Fluke"]
)
def test_what_stands_in_the_error_queue_is_told_once(role: str, entry: str) -> None:
    with open_bench(read_bench_file(DEMO)[0], simulate=True, look_only=True) as bench:
        instrument = bench.instruments[role]
        dialogue = dialogue_of(instrument)
        assert dialogue is not None
        dialogue.tell("NONSENSE")
        # Another session: what it is greeted with must not clear what stood there.
        instrument.close()
        errors = look_at(instrument).errors
        assert errors is not None
        assert [error.partition(",")[0] for error in errors] == [entry]
        assert look_at(instrument).errors == ()


def test_a_session_that_measures_begins_with_an_empty_queue() -> None:
    with open_bench(read_bench_file(DEMO)[0], simulate=True) as bench:
        instrument = bench.instruments["dut"]
        dialogue = dialogue_of(instrument)
        assert dialogue is not None
        dialogue.tell("NONSENSE")
        instrument.close()
        assert look_at(instrument).errors == ()


def test_an_instrument_that_does_not_answer_is_told_as_such() -> None:
    file, _ = read_bench_file(DEMO)
    silent = FaultEntry(instrument="dut", fault="silence")
    world = file.simulation.model_copy(update={"faults": (silent,)})
    with open_bench(
        file.model_copy(update={"simulation": world}), simulate=True, look_only=True
    ) as bench:
        seen = look_at(bench.instruments["dut"])
        assert isinstance(seen.failure, ReplyTimeout)
        assert seen.identity is None
        assert look_at(bench.instruments["calibrator"]).failure is None
