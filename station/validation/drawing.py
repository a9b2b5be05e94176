"""What a trial draws: the room, the errors of the DUT, and the certificates of its standards."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import copysign
from typing import Any

import numpy as np

from station.bench_file import BenchFile
from station.metrology.reference_table import CertificatePoint, CertifiedRange
from station.metrology.reference_value import covering
from station.procedure import Point, Proof, Test, Truth, Use
from station.run.standards import Standard
from station.validation.subject import Subject

SEEDS = 2**63

TIMES_DRAWN = 4.0
"""How many times the errors of a good specimen a DUT has.

A good one has at most about half its specification in gain and half in offset. Four times that
spreads true errors over both sides of the limits, nearly evenly: so false verdicts are met, as
often as a specific risk says, which takes all true errors to be equally likely.
"""


def generator(seed: int, trial: int) -> np.random.Generator:
    """Return the one source of all that `trial` draws."""
    return np.random.default_rng([seed, trial])


def drawn_bench(subject: Subject, draw: np.random.Generator) -> BenchFile:
    """Return the subject's bench in a room within the method's limits, items that may fail."""
    environment, simulation = subject.procedure.environment, subject.bench.simulation
    functions = sorted({subject.proof.function(test.name) for test in subject.tests})
    errors = {
        **simulation.errors,
        **{dut: {name: {"times": TIMES_DRAWN} for name in functions} for dut in subject.items},
    }
    update = {
        "seed": int(draw.integers(SEEDS)),
        "start": subject.start,
        "ambient_celsius": draw.uniform(*environment.celsius),
        "humidity_percent": draw.uniform(*environment.humidity),
        "errors": errors,
    }
    if environment.pascals is not None:
        update["pressure_pascals"] = draw.uniform(*environment.pascals)
    simulation = simulation.model_copy(update=update)
    return subject.bench.model_copy(update={"simulation": simulation})


def room_read(subject: Subject, file: BenchFile, draw: np.random.Generator) -> dict[str, float]:
    """Return what a person reads of the room, by unit: the truth, read as wrongly as is said."""
    world, wrong = file.simulation, subject.proof.room
    true = {
        "°C": world.ambient_celsius,
        "%": world.humidity_percent,
        "hPa": world.pressure_pascals / 100.0,
    }
    environment = subject.procedure.environment
    held = {"°C": environment.celsius, "%": environment.humidity}
    if environment.pascals is not None:
        low, high = environment.pascals
        held["hPa"] = (low / 100.0, high / 100.0)
    read = {
        unit: value + wrong[unit] * draw.uniform(-1.0, 1.0) if unit in wrong else value
        for unit, value in true.items()
    }
    # Nobody begins a run in a room that does not look fit for it.
    return {
        unit: min(max(value, held[unit][0]), held[unit][1]) if unit in held else value
        for unit, value in read.items()
    }


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
        uses = {
            use.quantity: use.use for test in tests for use in test.standards if use.role == role
        }
        tables = tuple(
            replace(
                table,
                ranges=tuple(
                    self._range(table.quantity, uses[table.quantity], each) for each in table.ranges
                ),
            )
            for table in stated.tables
            if table.quantity in uses
        )
        certificate = replace(stated, tables=tables)
        digest = hashlib.sha256(repr(certificate).encode()).hexdigest()
        return Standard(role, certificate, digest)

    def _range(self, quantity: str, use: Use, range_: CertifiedRange) -> CertifiedRange:
        # The points of a range share the laboratory's reference and the instrument's parts: one
        # draw of each a range, which is what r = 1 between certified points says.
        error, part = self.draw.standard_normal(), self.draw.uniform(-1.0, 1.0)
        stated, function = self.standard.certificate, self.proof.function(quantity)
        days = (self.on - stated.date).days
        stability = covering(range_.stability, days, f"certificate {stated.number}, {function}")

        def certified(point: CertificatePoint) -> CertificatePoint:
            # The stability holds for the whole change, with that by the room's temperature.
            now = self._true_value(function, use, point, range_)
            limit = stability.half_width(point.nominal)
            then = now - part * copysign(limit, point.nominal)
            said = then + error * point.standard_uncertainty
            return replace(point, deviation=said - point.nominal)

        return replace(range_, points=tuple(certified(point) for point in range_.points))

    def _true_value(
        self, function: str, use: Use, point: CertificatePoint, range_: CertifiedRange
    ) -> float:
        role, hertz = self.standard.role, point.hertz or 0.0
        if use is Use.SET:
            return self.truth.output_in_room(role, function, point.nominal, hertz)
        # What is there when the standard indicates the nominal value; its error hardly differs
        # between the two.
        return point.nominal - self.truth.error_in_room(
            role, function, point.nominal, range_=range_.high, hertz=hertz
        )


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
    """Return the true error of the item at `point` of `test`, in its unit."""
    if subject.proof.error is not None:
        return subject.proof.error(truth, point)
    return truth.error_in_room(
        point.dut,
        subject.proof.function(test.name),
        point.nominal,
        range_=point.range,
        hertz=point.hertz or 0.0,
    )
