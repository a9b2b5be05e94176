"""Hand-made journals: a multimeter run with known errors, on a clock that moves by itself."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from station.clock import SystemClock
from station.records import claims
from station.records.store import Store
from station.run import entries as e
from station.run.journal import Journal
from station.run.plan import BoundInstrument, Phase, PlannedPoint

BEGAN = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
ENGINE = "bench-1:4711"


@dataclass
class SteppingClock:
    """Every look at it moves it by `step` seconds."""

    step: float = 20.0
    at: datetime = BEGAN

    def now(self) -> datetime:
        self.at += timedelta(seconds=self.step)
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class StillWall(SystemClock):
    """Real time that stands still; whoever waits for an event waits for nothing else."""

    at: datetime = BEGAN + timedelta(minutes=10)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait()


# test, title, unit, nominal, range, hertz, limit of error
POINTS = (
    ("dc-voltage", "DC voltage", "V", 0.1, 0.1, None, 7.0e-6),
    ("dc-voltage", "DC voltage", "V", -0.1, 0.1, None, 7.0e-6),
    ("dc-voltage", "DC voltage", "V", 1.0, 1.0, None, 35e-6),
    ("dc-voltage", "DC voltage", "V", 10.0, 10.0, None, 400e-6),
    ("dc-voltage", "DC voltage", "V", 1000.0, 1000.0, None, 0.055),
    ("ac-voltage", "AC voltage", "V", 0.1, 0.1, 1e3, 100e-6),
    ("ac-voltage", "AC voltage", "V", 1.0, 1.0, 20e3, 1.0e-3),
    ("resistance", "Resistance", "Ω", 100.0, 100.0, None, 0.014),
    ("resistance", "Resistance", "Ω", 10e3, 10e3, None, 1.1),
    ("resistance", "Resistance", "Ω", 10e6, 10e6, None, 4100.0),
)
ERRORS = (0.21, -0.43, 0.62, 0.9, -0.05, 1.3, -0.35, 0.12, -1.9, 0.5)
"""Error of each point as a share of its limit: the fourth lies in the guard band."""

WIRES = (
    e.WireDrawn(from_end="calibrator NORMAL HI", to_end="dut INPUT HI", colour="red"),
    e.WireDrawn(from_end="calibrator NORMAL LO", to_end="dut INPUT LO", colour="black"),
)


def planned(count: int = len(POINTS)) -> tuple[PlannedPoint, ...]:
    return tuple(_planned(number) for number in range(count))


def _planned(number: int) -> PlannedPoint:
    test, title, unit, nominal, full, hertz, limit = POINTS[number % len(POINTS)]
    again = f"/{number // len(POINTS)}" if number >= len(POINTS) else ""
    return PlannedPoint(
        id=f"{test}/{full:g}/{nominal:g}{again}",
        test=test,
        title=title,
        unit=unit,
        nominal=nominal,
        range=full,
        range_unit="V" if unit == "Hz" else unit,
        hertz=hertz,
        lower=-limit,
        upper=limit,
        tolerance_source="maker's data sheet, 1 year",
        tolerance_verified=number % 2 == 0,
        seconds=30.0,
    )


def begun(run: str, *, simulated: bool = True, points: int = len(POINTS)) -> e.RunBegun:
    instruments = tuple(
        BoundInstrument(
            role=role,
            model=model,
            title=title,
            maker=maker,
            stated_model=title.rpartition(" ")[2],
            serial=serial,
            firmware="1",
            address="",
        )
        for role, model, title, maker, serial in (
            ("calibrator", "fluke-5522a", "Fluke 5522A", "Fluke", "4872301"),
            ("dut", "keysight-34461a", "Keysight 34461A", "Keysight", "MY53201234"),
        )
    )
    return e.RunBegun(
        run=run,
        procedure="dmm",
        revision=1,
        procedure_digest="0" * 64,
        title="Digital multimeter",
        method="M-01",
        software="0.1.0",
        software_digest="0" * 64,
        simulated=simulated,
        in_process=simulated,
        seed=7 if simulated else None,
        bench="DC/LF bench 1",
        operator="Operator A",
        rule="guarded-binary",
        rule_version="1",
        coverage_probability=0.9545,
        dut="dut",
        instruments=instruments,
        points=planned(points),
        laboratory=None,
        order=None,
        environment=(
            e.Allowed(unit="°C", low=18.0, high=28.0),
            e.Allowed(unit="%RH", low=20.0, high=70.0),
        ),
    )


def measured(
    number: int, *, phase: Phase = Phase.AS_FOUND, share: float | None = None
) -> e.Measured:
    point = _planned(number)
    limit = point.upper
    share = ERRORS[number % len(ERRORS)] if share is None else share
    error, u = share * limit, 0.09 * limit
    expanded = 2.0 * u
    readings = tuple(
        e.ReadingTaken(
            value=point.nominal + error + wiggle * limit,
            raw=f"{point.nominal + error + wiggle * limit:+.8E}",
        )
        for wiggle in (-0.06, 0.02, 0.05, -0.03, 0.02)
    )
    lines = (
        ("applied", 0.7, "normal", None),
        ("indication", 0.2, "t", 4.0),
        ("drift", 0.1, "rectangular", None),
    )
    return e.Measured(
        point=point.id,
        phase=phase,
        readings=readings,
        wire=(
            e.WireExchange(instrument="calibrator", sent="OUT 1 V", received=None, at=1.5),
            e.WireExchange(instrument="dut", sent="READ?", received=readings[0].raw, at=4.25),
        ),
        reference=point.nominal,
        indication=point.nominal + error,
        error=error,
        standard_uncertainty=u,
        dof=88.0,
        coverage_factor=2.0,
        coverage_reason="normal",
        expanded_uncertainty=expanded,
        budget=tuple(
            e.ContributionMade(
                name=name,
                value=0.0,
                standard_uncertainty=u * part**0.5,
                sensitivity=1.0,
                contribution=u * part**0.5,
                share=part,
                dof=dof,
                distribution=distribution,
                source=f"source of {name}",
            )
            for name, part, distribution, dof in lines
        ),
        lower=-limit,
        upper=limit,
        acceptance_lower=-limit + expanded,
        acceptance_upper=limit - expanded,
        verdict="pass" if abs(error) <= limit - expanded else "fail",
        false_decision_probability=0.021,
        seconds=20.0,
    )


CONNECT = e.Prompted(
    prompt=1,
    wants=e.PromptKind.CONFIRM,
    text="Connect as drawn; remove all other connections.",
    wires=WIRES,
    leads="copper, low thermal",
)
TEMPERATURE = e.Prompted(
    prompt=2,
    wants=e.PromptKind.NUMBER,
    text="Ambient temperature?",
    unit="°C",
    low=18.0,
    high=28.0,
)


READ = e.Prompted(
    prompt=3,
    wants=e.PromptKind.READ,
    text="Read the pressure gauge; tap a dial lightly before",
    unit="bar",
    factor=1e5,
    instrument="dut-2",
    about="up, 4 bar",
    resolution=0.05,
    expected=4.0,
)
DOUBTED = READ.model_copy(
    update={"doubted": "40.25", "doubts": ("The decimal point or the unit may be wrong.",)}
)
REVIEW = e.Prompted(
    prompt=4,
    wants=e.PromptKind.REVIEW,
    text="Are these entries right?",
    about="pressure/up/400000",
    entered=("4.00 bar", "4.05 bar", "3.95 bar"),
)
LONG_REVIEW = REVIEW.model_copy(
    update={
        "entered": (*(f"{4 + n / 100:.2f} bar" for n in range(11)), "4.80 bar"),
        "striking": (12,),
    }
)
SUSPICION = e.Prompted(
    prompt=5,
    wants=e.PromptKind.YES_NO,
    text="This looks like a mistake. Does the reading stand all the same?",
    about="pressure/up/400000",
    doubts=("A gauge went the other way than the pressure: were two gauges taken for each other?",),
)


def begin(store: Store, run: str = "20260302-0800-a1", **kinds: object) -> Journal:
    """Begin a run, its engine alive at the time of `StillWall`."""
    journal = Journal.begin(store, begun(run, **kinds), SteppingClock())  # type: ignore[arg-type]
    beat(store, run)
    return journal


def beat(store: Store, run: str, body: str = "{}") -> None:
    """The engine says that it lives, and what it shows."""
    at = StillWall().at.timestamp() - 1.0
    assert claims.take(store, run, ENGINE, [], at, 5.0) is None
    assert claims.beat(store, run, ENGINE, at, body)
