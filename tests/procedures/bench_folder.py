"""A laboratory for whole runs on a procedure's own bench folder, with all its certificates."""

from dataclasses import dataclass, field
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from station.bench_file import BenchFile, read_bench_file, read_standards
from station.procedure import Procedure
from station.run import entries as e
from station.run.setup import Setup
from station.run.standards import Standard
from station.run.state import RunState
from tests.station.run.laboratory import Laboratory


@dataclass
class FolderLaboratory(Laboratory):
    """One store, and runs on the bench of a folder."""

    standards: dict[str, tuple[Standard, bytes]] = field(default_factory=dict)

    def setup(self) -> Setup:
        return Setup(
            procedure=self.procedure,
            bench=self.file,
            bench_content=b"",
            standards=self.standards,
            simulate=True,
            real_time=False,
            rule=self.rule,
            by="tester",
        )


def laboratory_on(
    folder: Traversable,
    tmp_path: Path,
    procedure: Procedure,
    *,
    dut: dict[str, Any] | None = None,
    **simulation: Any,
) -> FolderLaboratory:
    """The bench of `folder`, what is said of the DUT and of the simulation changed."""
    with as_file(folder) as place:
        file, _ = read_bench_file(place / "bench.toml")
        standards = read_standards(file, place)
    file = changed(file, dut or {}, simulation)
    return FolderLaboratory(tmp_path, procedure=procedure, file=file, standards=standards)


def changed(file: BenchFile, dut: dict[str, Any], simulation: dict[str, Any]) -> BenchFile:
    item = file.instruments["dut"].model_copy(update=dut)
    return file.model_copy(
        update={
            "instruments": {**file.instruments, "dut": item},
            "simulation": file.simulation.model_copy(update=simulation),
        }
    )


def measured(state: RunState) -> dict[str, e.Measured]:
    """What was found, by point."""
    return {m.point: m for m in state.results.values() if isinstance(m, e.Measured)}


def verdicts(state: RunState) -> dict[str, str]:
    """The verdict of each point."""
    return {point: found.verdict for point, found in measured(state).items()}
