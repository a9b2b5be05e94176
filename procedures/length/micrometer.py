"""External micrometers with gauge blocks, at lengths that catch the screw in different phases.

After ISO 3611:2010 (full surface contact error J) and the tables of DIN 863-1. ĐLVN 104:2002 is
the Vietnamese calibration method by number (from memory, unverified); none is known for a
verification, so there is no verification mode. How flat and parallel the faces are is looked at
with optical flats beside this procedure: `parallelism_um` takes what was found.
"""

from enum import Enum
from importlib.resources import files
from typing import Any

from pydantic import Field

from procedures.details import checked
from procedures.length.blocks import Stack, stacks
from procedures.length.hand_tool import (
    ROOM_DOUBT_KELVIN,
    Plan,
    ToolDetails,
    digest_of,
    lengths_test,
    resolution_of,
    within_range,
)
from procedures.length.limits import (
    MICROMETRE,
    MILLIMETRE,
    SAME,
    micrometer_row,
    micrometer_tolerance,
    stated_tolerance,
)
from station.errors import BadInput
from station.locale import N_
from station.metrology.inputs import Input, rectangular
from station.procedure import (
    DUT,
    EnvironmentLimits,
    Items,
    Procedure,
    Proof,
    Test,
    Tolerance,
)

READ_BY_A_PERSON = "micrometer"
RESOLUTIONS = {READ_BY_A_PERSON: 0.005, "mitutoyo-micrometer": 0.001}
"""Of models whose details do not say (mm)."""

PHASES_MM = ("2.5", "5.1", "7.7", "10.3", "12.9", "15", "17.6", "20.2", "22.8", "25")
"""Above the beginning of a range of 25 mm (from memory, unverified)."""

TRAVEL_MM = 25.0
"""Of the usual screw."""

PITCH = 0.5e-3
"""Of the screw (m) of a micrometer with a thimble, one turn."""


class Display(Enum):
    """How the indication is read."""

    DIGITAL = "digital"
    LINES = "lines"


READING = {Display.DIGITAL: 0.5, Display.LINES: 0.7}
"""Resolutions: half a digit; half of what is told apart and a fifth for parallax (allowance)."""


class MicrometerDetails(ToolDetails):
    """What the bench file says of a micrometer.

    Attributes:
        display: digits or lines; without it lines where a person reads it, else digits.
        parallelism_um: of the faces (µm), as found; without it the limit of the table.
    """

    resolution_mm: float | None = Field(default=None, gt=0.0, le=0.01)
    high_mm: float = Field(default=25.0, gt=0.0, le=10_000.0)
    mpe_mm: float | None = Field(default=None, gt=0.0, le=0.1)
    display: Display | None = None
    parallelism_um: float | None = Field(default=None, gt=0.0, le=100.0)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the test of the micrometer.

    Raises:
        BadInput: its details are wrong, or there are no limits for it.
    """
    item = items[DUT]
    details = checked(DUT, item.details, MicrometerDetails)
    lengths = _lengths(details)
    within_range(lengths, details)
    tolerance = _tolerance(details)
    usual = Display.LINES if item.model == READ_BY_A_PERSON else Display.DIGITAL
    display = details.display or usual
    plan = Plan(
        details=details,
        resolution=resolution_of(item, details, RESOLUTIONS) * MILLIMETRE,
        reading=READING[display],
        instrument=_faces_of_micrometer(details),
        tolerance=lambda stack: tolerance,
        pitch=PITCH if display is Display.LINES else None,
    )
    return (lengths_test("length", N_("Error of indication"), plan, lengths),)


def _lengths(details: MicrometerDetails) -> tuple[Stack, ...]:
    if not details.lengths and abs(details.high_mm - details.low_mm - TRAVEL_MM) > SAME:
        raise BadInput(
            "[instruments.{dut}.details] lengths: none are usual for {low:g} mm to {high:g} mm, "
            "only for {travel:g} mm of travel. Write those to be measured, in mm: lengths = "
            '"5, 10, 28=20+8".',
            dut=DUT,
            low=details.low_mm,
            high=details.high_mm,
            travel=TRAVEL_MM,
        )
    low = f"{details.low_mm:g}"
    usual = (
        each if details.low_mm == 0.0 else f"{details.low_mm + float(each):.9g}={low}+{each}"
        for each in PHASES_MM[:-1]
    )
    last = f"{details.low_mm + TRAVEL_MM:g}"
    begin = () if details.low_mm == 0.0 else (low,)
    text = details.lengths or ", ".join((*begin, *usual, last))
    return stacks(text, what="[instruments.dut.details] lengths")


def _faces_of_micrometer(details: MicrometerDetails) -> Input:
    """Return what faces that are not parallel add: half of it either way (m).

    Raises:
        BadInput: it is not stated, and the table has no such micrometer.
    """
    row = micrometer_row(details.low_mm, details.high_mm)
    if details.parallelism_um is not None:
        found, source = details.parallelism_um, "parallelism of the faces, as found"
    elif row is not None:
        found, source = row.parallelism, "limit of the parallelism of the faces, DIN 863-1"
    else:
        raise BadInput(
            "[instruments.{dut}.details] parallelism_um is missing: there is no limit here for "
            "micrometers of {low:g} mm to {high:g} mm. State what was found.",
            dut=DUT,
            low=details.low_mm,
            high=details.high_mm,
        )
    return rectangular(
        "instrument",
        half_width=0.5 * found * MICROMETRE,
        source=f"{source}: half of it either way",
    )


def _tolerance(details: MicrometerDetails) -> Tolerance:
    if details.mpe_mm is not None:
        return stated_tolerance(details.mpe_mm, details.mpe_source)
    return micrometer_tolerance(details.low_mm, details.high_mm)


def digest(items: Items) -> str:
    """Return the SHA-256 of the procedure, its tables and what it is told of the item."""
    return digest_of("procedures.length.micrometer", items)


PROCEDURE = Procedure(
    name="micrometer",
    revision=1,
    title=N_("Calibration of a micrometer"),
    method=N_("Measurement of gauge blocks, after ISO 3611"),
    environment=EnvironmentLimits(
        celsius=(18.0, 22.0), humidity=(20.0, 70.0), source="laboratory's limits"
    ),
    tests=tests,
    digest=digest,
    proof=Proof(
        bench=files("procedures") / "length" / "benches" / "micrometer",
        room={"°C": ROOM_DOUBT_KELVIN},
    ),
)
