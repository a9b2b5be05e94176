"""Balances and scales against weights.

EURAMET Calibration Guide No. 18, version 4.0 (2015), is in `balance_calibration`; legal
verification by the classes of OIML R 76-1:2006 in `balance_verification`.
"""

from importlib.resources import files
from typing import Any

from drivers.capabilities import SelfAdjusting
from procedures.details import checked
from procedures.mass.balance_calibration import ERROR, calibration
from procedures.mass.balance_details import Details, Mode
from procedures.mass.balance_limits import content
from procedures.mass.balance_verification import verification, verification_tests
from procedures.mass.weight_budget import ROOM_CELSIUS, ROOM_HUMIDITY, ROOM_PASCALS
from station.clock import Clock
from station.locale import N_
from station.procedure import (
    DUT,
    EnvironmentLimits,
    Items,
    Procedure,
    Proof,
    Test,
    source_digest,
)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the test of a calibration, or those of the verification that the details ask for.

    Raises:
        BadInput: the details are wrong.
    """
    details = checked(DUT, items[DUT].details, Details)
    if details.mode is Mode.CALIBRATION:
        return (calibration(details),)
    return verification_tests(details)


def adjust(dut: SelfAdjusting, clock: Clock) -> None:
    """Let a balance adjust itself with its built-in weight; the last weighing left its pan empty.

    Raises:
        InstrumentError: it did not.
    """
    dut.adjust_itself()


def digest(items: Items) -> str:
    """Return the SHA-256 of this procedure's modules, the limits, and the item's details."""
    parts = (
        "", "_budget", "_calibration", "_details", "_limits", "_loads", "_plausible",
        "_verification", "_weighing",
    )  # fmt: skip
    modules = [f"procedures.mass.balance{part}" for part in parts]
    details = repr(sorted(items[DUT].details.items()))
    return source_digest(
        *modules, "procedures.mass.weight_budget", extra=content() + details.encode()
    )


PROCEDURE = Procedure(
    name="balance",
    revision=1,
    title=N_("Calibration of a balance"),
    method=N_("Direct loading with weights, after EURAMET cg-18 and OIML R 76-1"),
    environment=EnvironmentLimits(
        celsius=(16.0, 26.0),
        humidity=(20.0, 80.0),
        source="laboratory's limits, within those of the CIPM-2007 formula of the air's density",
        pascals=(80_000.0, 108_000.0),
    ),
    tests=tests,
    digest=digest,
    adjust=adjust,
    adjusts=SelfAdjusting,
    verification=verification,
    proof=Proof(
        bench=files("procedures") / "mass" / "benches" / "balance",
        further={
            "verification": files("procedures") / "mass" / "benches" / "balance-scale",
        },
        functions={ERROR: "mass"},
        room={"°C": ROOM_CELSIUS, "%": 100.0 * ROOM_HUMIDITY, "hPa": ROOM_PASCALS / 100.0},
    ),
)
