"""What is proved: a procedure, on a simulated bench, with what its certificates state."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from station.bench_file import BenchFile, items_of, read_bench_file, read_standards
from station.errors import BadInput
from station.procedure import DUT, Items, Procedure, Proof, Test
from station.run.standards import Standard


@dataclass(frozen=True)
class Subject:
    """A procedure and the bench it is proved on.

    Attributes:
        proof: which function of the simulated instruments a test is about.
        bench: the bench file, and `content` its bytes.
        standards: by role, the standard whose certificate says what U and stability it has.
        rule: name of the decision rule.
    """

    procedure: Procedure
    proof: Proof
    bench: BenchFile
    content: bytes
    standards: dict[str, Standard]
    rule: str

    @property
    def items(self) -> Items:
        """What is calibrated, by role."""
        return items_of(self.bench)

    @property
    def tests(self) -> tuple[Test[Any], ...]:
        """The procedure's tests for the items on the bench."""
        return self.procedure.tests(self.items)

    @property
    def start(self) -> datetime:
        """When every trial begins: as the bench file says, else the day of the last certificate."""
        if self.bench.simulation.start is not None:
            return self.bench.simulation.start
        last = max(standard.certificate.date for standard in self.standards.values())
        return datetime.combine(last, time(12), UTC)

    def ready(self) -> "Subject":
        """Return the same subject, which reads the items' data once and not in every trial."""
        procedure, items = self.procedure, self.items
        tests, digest = procedure.tests(items), procedure.digest(items)
        kept = replace(procedure, tests=lambda _: tests, digest=lambda _: digest)
        return replace(self, procedure=kept)


def subject(procedure: Procedure, rule: str, bench: Path | None = None) -> Subject:
    """Return `procedure` with the bench it names, or another bench file.

    Raises:
        BadInput: it names none, a file is wrong, or there is no DUT, no standard or no data.
    """
    proof = procedure.proof
    if proof is None:
        raise BadInput(
            "Procedure {procedure} does not say on what it can be proved. Give it a "
            "station.procedure.Proof.",
            procedure=procedure.name,
        )
    with as_file(proof.bench) as folder:
        path = folder / "bench.toml" if bench is None else bench
        file, content = read_bench_file(path)
        standards = {
            role: standard for role, (standard, _) in read_standards(file, path.parent).items()
        }
    if not items_of(file) or not standards:
        raise BadInput(
            "{path}: a proof needs [instruments.{dut}] and a standard's certificate.",
            path=path,
            dut=DUT,
        )
    return Subject(procedure, proof, file, content, standards, rule)
