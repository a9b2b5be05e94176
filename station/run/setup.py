"""What a run is to be done with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from drivers.link.recording import Recording
from drivers.person import PERSON
from station.bench_file import BenchFile, items_of
from station.errors import BadInput
from station.procedure import DUT, Item, Procedure, Test
from station.register.equipment_bench import Registered
from station.run.standards import Standard

COVERAGE_PROBABILITY = 0.9545
"""The laboratory's convention: k = 2.00 for many degrees of freedom (EA-4/02 M:2022, 5)."""


@dataclass(frozen=True)
class Setup:
    """What a run is to be done with.

    Attributes:
        bench: the bench file, and `bench_content` its bytes.
        standards: by role, each standard and the bytes of its certificate's file.
        simulate: put the bench into a simulated world in this process.
        real_time: let simulated time pass as on the wall.
        rule: name of the decision rule.
        by: who carries it out.
        record: where everything that goes over the wires is written down.
        replay: a recording that takes the place of all instruments.
        registered: by role, the standards that the register knows.
        language: "vi" or "en", what people are asked in.
    """

    procedure: Procedure
    bench: BenchFile
    bench_content: bytes
    standards: dict[str, tuple[Standard, bytes]]
    simulate: bool
    real_time: bool
    rule: str
    by: str
    record: TextIO | None = None
    replay: Recording | None = None
    registered: Mapping[str, Registered] = field(default_factory=dict)
    language: str = ""

    @property
    def in_process(self) -> bool:
        """Whether the run needs nothing that others could use: its bench is in this process."""
        return self.simulate or self.replay is not None

    @property
    def simulated(self) -> bool:
        """Whether no real instrument takes part."""
        return self.in_process or self.bench.simulation.control is not None

    @property
    def bench_digest(self) -> str:
        """The SHA-256 of the bench file."""
        return hashlib.sha256(self.bench_content).hexdigest()

    @property
    def claims(self) -> list[str]:
        """The addresses that no other run may use; a world in this process is nobody else's."""
        return claims_of(self.bench, simulate=self.in_process)

    @property
    def guarded_bench(self) -> BenchFile | None:
        """The bench that a guardian watches over; a world in this process ends with it."""
        return None if self.in_process else self.bench

    @property
    def tests(self) -> tuple[Test[Any], ...]:
        """The procedure's tests for the items on this bench.

        Raises:
            BadInput: there is no item, or no data for its model.
        """
        return self.procedure.tests(self.items)

    @property
    def items(self) -> dict[str, Item]:
        """What is calibrated, by role.

        Raises:
            BadInput: there is nothing, or more than one run can take.
        """
        items, most = items_of(self.bench), self.procedure.most_duts
        if not items:
            raise BadInput("The bench file has no [instruments.{dut}]; put the DUT there.", dut=DUT)
        if len(items) > most:
            raise BadInput(
                "Procedure {procedure} takes {most} item(s) at once; the bench file has {count}: "
                "{items}. Leave some out.",
                procedure=self.procedure.name,
                most=most,
                count=len(items),
                items=tuple(items),
            )
        return items


def claims_of(bench: BenchFile, *, simulate: bool) -> list[str]:
    """Return the addresses that one run alone may use."""
    reached = [entry.address for entry in bench.instruments.values()]
    return [] if simulate else [address for address in reached if address != PERSON]
