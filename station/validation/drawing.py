"""What a trial draws: the room, the errors of the DUT, and the certificates of its standards."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import copysign
from typing import Any, Protocol

import numpy as np

from station.bench_file import BenchFile
from station.metrology.reference import Certificate
from station.metrology.reference_table import CertificatePoint, CertifiedRange
from station.metrology.reference_value import covering
from station.procedure import Point, Proof, Test
from station.run.standards import Standard
from station.validation.subject import Subject

SEEDS = 2**63

TIMES_DRAWN = 4.0
"""How many times the errors of a good specimen a DUT has.

A good one has at most about half its specification in gain and half in offset. Four times that
spreads true errors over both sides of the limits, nearly evenly: so false verdicts are met, as
often as a specific risk says, which takes all true errors to be equally likely.
"""


class Truth(Protocol):
    """A simulated bench, to be asked for what nobody on a bench can know."""

    def output_in_room(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return what a source really puts out when `nominal` is set, in the room as it is."""
        ...

    def error_in_room(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return a meter's true error at `value`, in the room as it is."""
        ...


def generator(seed: int, trial: int) -> np.random.Generator:
    """Return the one source of all that `trial` draws."""
    return np.random.default_rng([seed, trial])


def drawn_bench(subject: Subject, draw: np.random.Generator) -> BenchFile:
    """Return the subject's bench in a room within the method's limits, a DUT that may fail."""
    procedure, simulation = subject.procedure, subject.bench.simulation
    functions = sorted({subject.proof.function(test.name) for test in subject.tests})
    errors = {
        **simulation.errors,
        procedure.dut: {name: {"times": TIMES_DRAWN} for name in functions},
    }
    drawn = simulation.model_copy(
        update={
            "seed": int(draw.integers(SEEDS)),
            "start": subject.start,
            "ambient_celsius": draw.uniform(*procedure.environment.celsius),
            "humidity_percent": draw.uniform(*procedure.environment.humidity),
            "errors": errors,
        }
    )
    return subject.bench.model_copy(update={"simulation": drawn})


@dataclass(frozen=True)
class IssuingLaboratory:
    """The laboratory that calibrated one standard, on the certificate's date.

    Attributes:
        standard: whose certificate says what U the laboratory states, and what drift the maker.
        truth: what the standard does on the day of use, `on`.
        draw: of the laboratory's errors and the drift since.
    """

    standard: Standard
    proof: Proof
    truth: Truth
    on: date
    draw: np.random.Generator

    def certify(self, tests: Sequence[Test[Any]]) -> Standard:
        """Return the standard with the certificate that would have been issued for `tests`."""
        stated, role = self.standard.certificate, self.standard.role
        used = {test.name for test in tests if test.standard == role}
        tables = tuple(
            replace(
                table,
                ranges=tuple(
                    self._range(stated, self.proof.function(table.quantity), each)
                    for each in table.ranges
                ),
            )
            for table in stated.tables
            if table.quantity in used
        )
        certificate = replace(stated, tables=tables)
        digest = hashlib.sha256(repr(certificate).encode()).hexdigest()
        return Standard(role, certificate, digest)

    def _range(self, stated: Certificate, function: str, range_: CertifiedRange) -> CertifiedRange:
        # The points of a range share the laboratory's reference and the instrument's parts: one
        # draw of each a range, which is what r = 1 between certified points says.
        error, part = self.draw.standard_normal(), self.draw.uniform(-1.0, 1.0)
        days = (self.on - stated.date).days
        stability = covering(range_.stability, days, f"certificate {stated.number}, {function}")

        def certified(point: CertificatePoint) -> CertificatePoint:
            # The stability holds for the whole change, with that by the room's temperature.
            now = self.truth.output_in_room(
                self.standard.role, function, point.nominal, point.hertz or 0.0
            )
            limit = stability.half_width(point.nominal)
            then = now - part * copysign(limit, point.nominal)
            said = then + error * point.standard_uncertainty
            return replace(point, deviation=said - point.nominal)

        return replace(range_, points=tuple(certified(point) for point in range_.points))


def certified(
    subject: Subject, truth: Truth, draw: np.random.Generator
) -> dict[str, tuple[Standard, bytes]]:
    """Return every standard with the certificate of this trial, as a run takes them."""
    drawn = {
        role: IssuingLaboratory(standard, subject.proof, truth, subject.start.date(), draw).certify(
            subject.tests
        )
        for role, standard in subject.standards.items()
    }
    return {role: (made, repr(made.certificate).encode()) for role, made in drawn.items()}


def dut_error(subject: Subject, truth: Truth, test: Test[Any], point: Point) -> float:
    """Return the true error of the DUT at `point` of `test`, in its unit."""
    return truth.error_in_room(
        subject.procedure.dut,
        subject.proof.function(test.name),
        point.nominal,
        range_=point.range,
        hertz=point.hertz or 0.0,
    )
