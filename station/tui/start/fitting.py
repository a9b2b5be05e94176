"""Which calibration a bench is made for."""

from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

from station.errors import StationError

if TYPE_CHECKING:
    from station.bench_file import BenchFile


def procedure_for(bench: Path, used: str) -> str:
    """Return the procedure that fits the bench file; of several `used`, if it is one of them.

    Where none fits, or the file cannot be read, it is `used`, the one carried out last.
    """
    # Late: a list of runs needs no procedure.
    from importlib.metadata import entry_points

    from station.bench_file import read_bench_file

    try:
        file, _ = read_bench_file(bench)
    except StationError:
        # Starting the run says what is wrong with the file.
        return used
    installed = sorted(entry.name for entry in entry_points(group="station.procedures"))
    fitting = [name for name in installed if _fits(name, file)]
    return used if used in fitting or not fitting else fitting[0]


def _fits(name: str, file: "BenchFile") -> bool:
    """Tell whether a procedure takes the items on a bench and finds its roles there."""
    from station.bench import DUTS
    from station.bench_file import items_of
    from station.procedure import find_procedure

    items = items_of(file)
    try:
        procedure = find_procedure(name)
        tests = procedure.tests(items) if items else ()
    except StationError:
        return False
    roles = {role for test in tests for role in get_type_hints(test.roles)} - {DUTS}
    return bool(tests) and len(items) <= procedure.most_duts and roles <= set(file.instruments)
