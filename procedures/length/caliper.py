"""Callipers with gauge blocks: outside, at the tips of the jaws, inside and at the depth rod.

After ISO 13385-1:2019 (partial surface contact error, scale shift error) and EA-4/02 M:2022, S10.
ĐLVN 119:2003 is the Vietnamese calibration method by number (from memory, unverified); none is
known for a verification, so there is no verification mode.
"""

from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import Any

from pydantic import Field

from procedures.details import checked
from procedures.length.blocks import Stack, stacks
from procedures.length.hand_tool import (
    DEPTH,
    INSIDE,
    ON_BENCH,
    ROOM_DOUBT_KELVIN,
    Plan,
    ToolDetails,
    digest_of,
    lengths_test,
    place_test,
    resolution_of,
    within_range,
)
from procedures.length.limits import MILLIMETRE, calliper_tolerance, stated_tolerance
from station.errors import BadInput
from station.locale import N_
from station.metrology.inputs import rectangular
from station.procedure import (
    DUT,
    EnvironmentLimits,
    Items,
    Procedure,
    Proof,
    Test,
    Tolerance,
)

RESOLUTIONS = {"calliper": 0.05, "mitutoyo-calliper": 0.01}
"""Of models whose details do not say (mm)."""

USUAL = {
    150.0: "10, 25, 41.3=25+15+1.3, 75, 100, 131.4=100+25+5+1.4, 150=100+50",
    200.0: "10, 25, 41.3=25+15+1.3, 75, 100, 131.4=100+25+5+1.4, 200=100+75+25",
    300.0: "10, 25, 41.3=25+15+1.3, 100, 131.4=100+25+5+1.4, 200, 300",
}
"""Lengths by the end of the range (mm): over 90 % of it, off the whole divisions of the vernier.

41.3 mm and 131.4 mm are customary (from memory, unverified); the wrung blocks are of the usual
box of 112.
"""

READING = 0.5
"""Resolutions: half a digit, or half the value of the vernier (EA-4/02, S10)."""


PLAY = 0.5
"""Resolutions: half-width of what the hand makes of the jaws, this laboratory's allowance."""


class CaliperDetails(ToolDetails):
    """What the bench file says of a calliper.

    Attributes:
        tips: lengths at the tips of the jaws, "none" for no such test.
        inside: lengths between the inside jaws (blocks in a holder with side jaws).
        depth: lengths at the depth rod (block on a flat face).
        shift_mpe_mm: ± limit inside and at the depth rod (mm) that the maker states.
        play_mm: half-width (mm) of play, Abbe errors and measuring force; without it half a
            resolution. EA-4/02, S10 takes a whole one, 0.05 mm, beside which a calliper of
            0.05 mm cannot be judged by DIN 862: play_mm = 0.05 is for who wants it so.
    """

    high_mm: float = Field(default=150.0, gt=0.0)
    readings: int = Field(default=3, ge=1)
    tips: str = "25"
    inside: str = "25"
    depth: str = "25"
    shift_mpe_mm: float | None = Field(default=None, gt=0.0, le=1.0)
    play_mm: float | None = Field(default=None, gt=0.0, le=1.0)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the tests of the calliper.

    Raises:
        BadInput: its details are wrong, or there are no limits for it.
    """
    item = items[DUT]
    details = checked(DUT, item.details, CaliperDetails)
    resolution_mm = resolution_of(item, details, RESOLUTIONS)
    play = details.play_mm if details.play_mm is not None else PLAY * resolution_mm
    outside = Plan(
        details=details,
        resolution=resolution_mm * MILLIMETRE,
        reading=READING,
        instrument=rectangular(
            "instrument",
            half_width=play * MILLIMETRE,
            source="play, Abbe errors, measuring force: half a resolution, laboratory's allowance"
            if details.play_mm is None
            else "play, Abbe errors, measuring force: stated in the bench file",
        ),
        tolerance=partial(_tolerance, details, resolution_mm, shifted=False),
    )
    shifted = replace(outside, tolerance=partial(_tolerance, details, resolution_mm, shifted=True))
    lengths = _lengths(details)
    made = [lengths_test("outside", N_("Outside measurement"), outside, lengths)]
    for name, title, plan, place, text, hookup in (
        ("tips", N_("Tips of the jaws: outside measurement"), outside, "JAW TIPS",
         details.tips, ON_BENCH),
        ("inside", N_("Inside measurement"), shifted, "INSIDE JAWS", details.inside, INSIDE),
        ("depth", N_("Depth measurement"), shifted, "DEPTH ROD", details.depth, DEPTH),
    ):  # fmt: skip
        some = stacks(text, what=f"[instruments.dut.details] {name}")
        if some:
            within_range(some, details)
            made.append(place_test(name, title, plan, place, some, hookup))
    return tuple(made)


def _lengths(details: CaliperDetails) -> tuple[Stack, ...]:
    text = details.lengths or USUAL.get(details.high_mm, "")
    lengths = stacks(text, what="[instruments.dut.details] lengths")
    if not lengths:
        raise BadInput(
            "[instruments.dut.details] lengths: none are usual for {high:g} mm. Write those to be "
            'measured, in mm: lengths = "10, 50, 125=100+25".',
            high=details.high_mm,
        )
    within_range(lengths, details)
    return lengths


def _tolerance(
    details: CaliperDetails, resolution_mm: float, stack: Stack, *, shifted: bool
) -> Tolerance:
    stated = details.shift_mpe_mm if shifted else details.mpe_mm
    if stated is not None:
        return stated_tolerance(stated, details.mpe_source)
    return calliper_tolerance(resolution_mm, stack.nominal, shifted=shifted)


def digest(items: Items) -> str:
    """Return the SHA-256 of the procedure, its tables and what it is told of the item."""
    return digest_of("procedures.length.caliper", items)


PROCEDURE = Procedure(
    name="caliper",
    revision=1,
    title=N_("Calibration of a calliper"),
    method=N_("Measurement of gauge blocks, after ISO 13385-1"),
    environment=EnvironmentLimits(
        celsius=(17.0, 23.0), humidity=(20.0, 70.0), source="laboratory's limits"
    ),
    tests=tests,
    digest=digest,
    proof=Proof(
        bench=files("procedures") / "length" / "benches" / "caliper",
        functions={
            "outside": "length",
            "tips": "length-at-tips",
            "inside": "inside-length",
        },
        room={"°C": ROOM_DOUBT_KELVIN},
    ),
)
