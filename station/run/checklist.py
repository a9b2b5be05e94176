"""What a run rests on, before it begins: its rule, its tests, and preflight's findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.bench import open_bench
from station.bench_file import BenchFile, items_of, read_standards
from station.clock import day_of
from station.errors import BadInput
from station.metrology.conformity import Rule
from station.procedure import DUT, Procedure, Test
from station.register.equipment_bench import Registered, Standards
from station.run import DEFAULT_RULE
from station.run.pace import expected
from station.run.preflight import Check, preflight
from station.run.rule import agreed_rule

Known = Callable[[BenchFile, Standards], tuple[Standards, Mapping[str, Registered]]]
"""What the register knows of a bench and its standards."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that can be said before power."""

    rule: Rule
    tests: tuple[Test[Any], ...]
    checks: tuple[Check, ...]

    @property
    def points(self) -> int:
        """How many observations and results there are."""
        return sum(len(test.observations) + len(test.points) for test in self.tests)

    @property
    def seconds(self) -> float:
        """Estimate of how long (s) they take, with their hookups."""
        return sum(expected(self.tests).values())


def checklist(
    procedure: Procedure,
    path: Path,
    file: BenchFile,
    known: Known,
    *,
    simulate: bool,
    rule: str | None = None,
) -> Checklist:
    """Return what is found of `procedure` on the bench of `file`, read from `path`.

    Raises:
        BadInput: no item, details that the procedure does not take, no such rule, or a
            certificate that cannot be read.
    """
    items = items_of(file)
    if not items:
        raise BadInput("{path}: there is no [instruments.{dut}].", path=path, dut=DUT)
    tests = procedure.tests(items)
    agreed = agreed_rule(file.order, rule, default=DEFAULT_RULE)
    certified, registered = known(file, read_standards(file, path.parent))
    standards = {role: standard for role, (standard, _) in certified.items()}
    with open_bench(file, simulate=simulate) as bench:
        on = day_of(bench.clock.now())
        instruments = bench.instruments
        checks = preflight(procedure, tests, instruments, standards, tuple(items), on, registered)
    return Checklist(agreed, tests, tuple(checks))
