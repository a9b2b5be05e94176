"""A whole procedure: direct voltage of a multimeter in its 10 V range, against a calibrator."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from statistics import fmean

from drivers.capabilities import DcVoltageSource, DcVoltmeter
from station.metrology.conformity import Limits
from station.metrology.inputs import digital_step, normal, readings, rectangular
from station.metrology.uncertainty import Budget
from station.procedure import (
    Attendant,
    EnvironmentLimits,
    Evaluation,
    Evidence,
    Hookup,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Taken,
    Test,
    Tolerance,
    Wire,
    source_digest,
)

RANGE = 10.0
POINTS = tuple(Point(f"dc-voltage/{v:+g} V", v, RANGE) for v in (-10.0, -5.0, 0.5, 5.0, 10.0))


@dataclass(frozen=True)
class Roles:
    """Who takes part: anything that can do it."""

    calibrator: DcVoltageSource
    dut: DcVoltmeter


def measure(point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
    """Apply the voltage and read the meter ten times."""
    roles.dut.configure_dc_voltage(point.range)
    roles.calibrator.source_dc_voltage(point.nominal)
    for _ in range(10):
        yield Taken("dut", roles.dut.read())


def evaluate(point: Point, evidence: Evidence) -> Evaluation:
    """Return E = indication - applied with its budget."""
    indications = evidence.values(point.id, "dut")
    applied = evidence.set_to("calibrator", "dc-voltage", point.nominal)
    budget = Budget(
        "error of indication",
        "V",
        lambda indication, display, emf, applied, drift: indication + display + emf
        - (applied + drift),
        readings("indication", indications, source="10 readings, this run"),
        digital_step("display", step=1e-5, source="half a digit of the display"),
        rectangular("emf", half_width=0.5e-6, source="copper leads: this laboratory's allowance"),
        normal(
            "applied",
            applied.actual,
            standard_uncertainty=applied.standard_uncertainty,
            source=applied.certificate,
        ),
        rectangular("drift", half_width=applied.drift_half_width, source=applied.drift_source),
    )  # fmt: skip
    return Evaluation(budget, applied.actual, fmean(indications))


def tolerance(point: Point) -> Tolerance:
    """Return the limits agreed with the customer."""
    return Tolerance(Limits(-1e-3, 1e-3), "± 1 mV, agreed with the customer", verified=True)


def tests(items: Items) -> tuple[Test[Roles], ...]:
    """Return the one test, whatever the meter's model."""
    leads = (
        Wire("calibrator", "NORMAL HI", "dut", "HI", "red"),
        Wire("calibrator", "NORMAL LO", "dut", "LO", "black"),
    )
    return (
        Test(
            name="dc-voltage",
            title="DC voltage",
            unit="V",
            range_unit="V",
            points=POINTS,
            hookup=Hookup("two leads", leads, "copper, at most 1 m"),
            roles=Roles,
            standards=(StandardUse("calibrator", "dc-voltage"),),
            measure=measure,
            evaluate=evaluate,
            tolerance=tolerance,
            seconds=10.0,
        ),
    )


def digest(items: Items) -> str:
    """Return what decides a result here: this file."""
    return source_digest(__name__)


PROCEDURE = Procedure(
    name="ten-volts",
    revision=1,
    title="Calibration of a 10 V range",
    method="Direct comparison with a calibrator",
    environment=EnvironmentLimits((18.0, 28.0), (10.0, 80.0), "the meter's specification"),
    tests=tests,
    digest=digest,
    proof=Proof(bench=files("station") / "demo"),
)
