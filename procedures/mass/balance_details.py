"""What the bench file says of a balance to be calibrated or verified, and of how."""

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from procedures.details import Stated
from procedures.mass.balance_limits import (
    BalanceClass,
    check_intervals,
    least_capacity,
    minimum_capacity,
    permissible_error,
)
from procedures.mass.balance_loads import said
from station.errors import BadInput
from station.files import Unfit, nearest
from station.metrology.conformity import Limits
from station.metrology.physics.mass import ASSUMED_DENSITIES
from station.procedure import Tolerance

MASS = re.compile(r"(\d+(?:\.\d+)?) ?(kg|g|mg|µg)")
EXPONENTS = {"kg": "", "g": "e-3", "mg": "e-6", "µg": "e-9"}

FINE = 5.0
"""Where d is at most a fifth of e, an indication needs no additional weights to be taken without
its rounding: OIML R 76-1, A.4.4.3 (from memory, unverified)."""

DISCRIMINATED = 5e-6
"""From this d (kg) on discrimination is tested: OIML R 76-1, 3.8.2.2 (from memory, unverified)."""

SMALLEST_STEP = 1e-6
"""The smallest weight (kg) that is added to find where the indication changes."""

LEAST_WEIGHINGS, HEAVY = 5, 100.0
"""So many weighings a calibration has at least, up to this capacity (kg): cg-18, 5.1."""


def _kilograms(text: object) -> object:
    if not isinstance(text, str):
        raise Unfit('write a mass with its unit, e.g. "220 g"')
    found = MASS.fullmatch(text.strip())
    if found is None:
        raise Unfit('{text!r} is no mass: write e.g. "220 g", "0.1 mg", "15 kg"', text=text)
    return float(found[1] + EXPONENTS[found[2]])


Mass = Annotated[float, BeforeValidator(_kilograms), Field(gt=0)]


class Mode(StrEnum):
    """Why the balance is measured: a calibration, or a legal verification."""

    CALIBRATION = "calibration"
    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after-repair"


class Kind(StrEnum):
    """What kind of instrument it is, which decides on the verification document."""

    LABORATORY = "laboratory"
    COUNTER = "counter"
    PLATFORM = "platform"


class LimitsOf(StrEnum):
    """Which limits of OIML R 76-1 hold."""

    INITIAL = "initial"
    IN_SERVICE = "in-service"


class Details(Stated):
    """[instruments.dut.details], and the settings of the balance's driver.

    Attributes:
        capacity: Max, as on its plate, e.g. "220 g".
        division: scale interval d, e.g. "0.1 mg"; the greatest, where it depends on the load.
        verification_interval: e; d where nothing is said.
        class_: of OIML R 76-1, whose limits hold ("class" in the file).
        limit: of the error at every load, where no class holds.
        limits: of initial verification, or those in service.
        mode: calibration or which verification.
        kind: for verification, where the class does not tell.
        document: verification document, where this laboratory follows another one.
        loads: how many loads.
        weighings: how many in the series for repeatability; where nothing is said 6, and 5 of
            classes III and IIII.
        adjusted: "yes" where it was adjusted immediately before.
        weights_material: of the weights.
        tolerance_percent: relative uncertainty that users allow a weighing, for the minimum
            weight.
        safety_factor: of the minimum weight.
        use_kelvins: by how much the temperature may change in use.
        per_kelvin: relative change of the slope with temperature, from its data sheet.
        unit, resolution: of the driver of a balance that is read by a person.
    """

    capacity: Mass
    division: Mass
    verification_interval: Mass | None = None
    class_: BalanceClass | None = Field(default=None, alias="class")
    limit: Mass | None = None
    limits: LimitsOf = LimitsOf.INITIAL
    mode: Mode = Mode.CALIBRATION
    kind: Kind | None = None
    document: str = ""
    loads: Annotated[int, Field(ge=5, le=20)] = 5
    weighings: Annotated[int, Field(ge=3, le=50)] | None = None
    adjusted: bool = False
    weights_material: str = "stainless steel"
    tolerance_percent: Annotated[float, Field(gt=0, le=10)] = 0.1
    safety_factor: Annotated[float, Field(ge=1, le=10)] = 2.0
    use_kelvins: Annotated[float, Field(ge=0, le=30)] = 5.0
    per_kelvin: Annotated[float, Field(ge=0, lt=1e-3)] = 2e-6
    unit: str | None = None
    resolution: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.weights_material not in ASSUMED_DENSITIES:
            raise Unfit(
                "no density is known of {material!r}.{nearest}",
                material=self.weights_material,
                nearest=nearest(self.weights_material, ASSUMED_DENSITIES),
            )
        if (self.class_ is None) == (self.limit is None):
            raise Unfit('state class, e.g. class = "II", or limit, e.g. limit = "2 mg"')
        if not self.division <= self.interval * (1.0 + 1e-9):
            raise Unfit(
                "division = {division} is greater than e = {interval}",
                division=said(self.division),
                interval=said(self.interval),
            )
        if self.capacity < 10.0 * self.division:
            raise Unfit(
                "capacity = {capacity} has fewer than ten divisions", capacity=said(self.capacity)
            )
        if self.resolution is not None and (unit := self.unit or "g") in EXPONENTS:
            shown = float(f"{self.resolution}{EXPONENTS[unit]}")
            if abs(shown / self.division - 1.0) > 1e-6:
                raise Unfit(
                    "division = {division}, but its settings say that it shows steps of "
                    "{resolution:g} {unit}",
                    division=said(self.division),
                    resolution=self.resolution,
                    unit=unit,
                )
        _check_mode(self)
        return self._fits_verification()

    def _fits_verification(self) -> Self:
        if self.class_ is None:
            if self.mode is not Mode.CALIBRATION:
                raise Unfit("a verification needs the class of the balance")
            return self
        try:
            permissible_error(self.class_, self.interval, self.capacity)
            check_intervals(self.class_, self.division, self.interval)
            if self.mode is Mode.CALIBRATION:
                return self
            least = least_capacity(self.class_, self.interval)
        except BadInput as error:
            raise Unfit("{error}", error=error) from error
        if self.capacity < least * (1.0 - 1e-9):
            raise Unfit(
                "an instrument of class {class_} with e = {interval} has a capacity of at least "
                "{least} (OIML R 76-1, table 3)",
                class_=self.class_,
                interval=said(self.interval),
                least=said(least),
            )
        if self.kind is None and self.class_ in (BalanceClass.MEDIUM, BalanceClass.ORDINARY):
            raise Unfit('state kind = "counter" or "platform"')
        if self.adds_weights and self.step < SMALLEST_STEP:
            raise Unfit("e/10 = {step} is less than the smallest weight", step=said(self.step))
        return self

    @property
    def interval(self) -> float:
        """Verification scale interval e (kg)."""
        return self.division if self.verification_interval is None else self.verification_interval

    @property
    def minimum(self) -> float:
        """Min (kg) of its class."""
        assert self.class_ is not None
        return minimum_capacity(self.class_, self.interval)

    @property
    def adds_weights(self) -> bool:
        """Whether additional weights are to tell an indication without its rounding.

        Not in a calibration, where the rounding is a part of the uncertainty.
        """
        coarse = self.division * FINE > self.interval * (1.0 + 1e-9)
        return coarse and self.mode is not Mode.CALIBRATION

    @property
    def step(self) -> float:
        """What is added at a time to find where the indication changes (kg): e/10."""
        return float(f"{self.interval / 10.0:.9g}")

    @property
    def sensing_step(self) -> float:
        """What is added at a time in the test of discrimination (kg): d/10, where it exists."""
        return max(float(f"{self.division / 10.0:.9g}"), SMALLEST_STEP)

    @property
    def number_of_weighings(self) -> int:
        """How many weighings the series for repeatability has.

        cg-18, 5.1 asks for at least five; OIML R 76-1, 8.3.3 for six of classes I and II and
        three of the others (both from memory, unverified). Three would tell s too poorly for U.
        """
        fewer = self.class_ in (BalanceClass.MEDIUM, BalanceClass.ORDINARY)
        return self.weighings or (5 if fewer else 6)

    def tolerance(self, load: float) -> Tolerance:
        """Return the limits of the error at a load (kg)."""
        if self.class_ is None:
            assert self.limit is not None
            return limit_of(self.limit, "limit given for this balance in the order", verified=True)
        in_service = self.limits is LimitsOf.IN_SERVICE
        return permissible_error(self.class_, self.interval, load, in_service=in_service)


def _check_mode(details: Details) -> None:
    if details.mode is Mode.CALIBRATION:
        if details.number_of_weighings < LEAST_WEIGHINGS and details.capacity <= HEAVY:
            raise Unfit(
                "weighings = {weighings}: a calibration has at least {least} up to {heavy} "
                "(EURAMET cg-18, 5.1)",
                weighings=details.weighings,
                least=LEAST_WEIGHINGS,
                heavy=said(HEAVY),
            )
    elif details.limits is LimitsOf.IN_SERVICE:
        raise Unfit(
            'limits = "in-service" are no limits of a verification (OIML R 76-1, 8.3 and 8.4): '
            "leave them out, or choose a calibration"
        )


def limit_of(limit: float, source: str, *, verified: bool) -> Tolerance:
    """Return limits ± `limit`."""
    return Tolerance(Limits(-limit, limit), source, verified)
