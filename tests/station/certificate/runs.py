"""Hand-made runs for the certificate tests: entries as an engine would write them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from station.certificate.acts import NOBODY, Acts
from station.certificate.document import Document, compose
from station.certificate.texts import Languages
from station.metrology.conformity import RULES, Limits, decide
from station.records.chain import GENESIS
from station.records.store import Store
from station.run.entries import (
    AdjustBegun,
    AdjustDone,
    Decided,
    Entry,
    EnvironmentRead,
    Finished,
    Measured,
    Overloaded,
    ReadingTaken,
    Resumed,
    RunBegun,
    Voided,
)
from station.run.journal import Journal, Row
from station.run.plan import BoundInstrument, Order, Organisation, Phase, PlannedPoint
from station.run.rule import definition
from station.run.state import RunState, fold_all

BEGUN_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ISSUED_AT = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
HEAD = "ab" * 32

LABORATORY = Organisation(
    name="Phòng hiệu chuẩn thử nghiệm",
    address="Số 1, đường Ví Dụ, thành phố Ví Dụ",
    contact="lab@example.org",
)
ORDER = Order(
    number="PYC-2026-0042",
    customer=Organisation(name="Công ty Ví Dụ", address="Số 2, đường Ví Dụ, thành phố Ví Dụ"),
    received=date(2026, 11, 18),
    asset="TS-0815",
    condition="Bình thường",
)
ANOTHER_ORDER = ORDER.model_copy(update={"number": "PYC-2026-0043"})
"""What an amendment changes."""

UNVERIFIED = "Third-party transcription of the 34461A data sheet, 1-year column"


@dataclass(frozen=True)
class Shot:
    """A planned point and what becomes of it; `error` None is an overload."""

    test: str
    unit: str
    nominal: float
    range: float
    limit: float
    error: float | None
    uncertainty: float
    hertz: float | None = None
    k: float = 2.0
    verified: bool = True
    label: str = ""

    @property
    def id(self) -> str:
        hertz = f"/{self.hertz:g} Hz" if self.hertz else ""
        return "/".join(
            part
            for part in (self.test, f"{self.range:g}", f"{self.nominal:+g}{hertz}", self.label)
            if part
        )

    def planned(self) -> PlannedPoint:
        return PlannedPoint(
            id=self.id,
            test=self.test,
            title=TITLES[self.test],
            unit=self.unit,
            nominal=self.nominal,
            range=self.range,
            range_unit="V" if self.unit == "Hz" else self.unit,
            hertz=self.hertz,
            lower=-self.limit,
            upper=self.limit,
            tolerance_source="34461A data sheet" if self.verified else UNVERIFIED,
            tolerance_verified=self.verified,
            seconds=8.0,
            label=self.label,
        )

    def outcome(self, rule: str, phase: Phase = Phase.AS_FOUND) -> Measured | Overloaded:
        if self.error is None:
            return Overloaded(point=self.id, phase=phase, reply="9.9E37", wire=(), seconds=8.0)
        limits = Limits(-self.limit, self.limit)
        made = decide(
            RULES[rule],
            self.error,
            self.uncertainty,
            limits,
            standard_uncertainty=self.uncertainty / self.k,
        )
        reference = self.nominal * (1 + 2.3e-7)
        return Measured(
            point=self.id,
            phase=phase,
            readings=(ReadingTaken(value=reference + self.error, raw="+1.0E+00"),),
            wire=(),
            reference=reference,
            indication=reference + self.error,
            error=self.error,
            standard_uncertainty=self.uncertainty / self.k,
            dof=None,
            coverage_factor=self.k,
            coverage_reason="normal",
            expanded_uncertainty=self.uncertainty,
            budget=(),
            lower=-self.limit,
            upper=self.limit,
            acceptance_lower=made.acceptance_lower,
            acceptance_upper=made.acceptance_upper,
            verdict=made.verdict.value,
            false_decision_probability=made.probability_of_false_decision or 0.0,
            seconds=8.0,
        )


TITLES = {
    "dc-voltage": "DC voltage",
    "ac-voltage": "AC voltage",
    "resistance-4w": "Resistance, 4-wire",
    "frequency": "Frequency",
    "pressure": "Pressure",
    "temperature": "Temperature",
    "humidity": "Relative humidity",
    "mass": "Conventional mass",
    "length": "Length",
}


def _dc(nominal: float, range_: float, share: float, **changed: object) -> Shot:
    """A DC voltage point whose error is `share` of its limit."""
    limit = 3.5e-5 * abs(nominal) + 5e-6 * range_
    shot = Shot("dc-voltage", "V", nominal, range_, limit, share * limit, 0.234 * limit)
    return replace(shot, **changed)  # type: ignore[arg-type]


def _ac(nominal: float, range_: float, hertz: float, share: float) -> Shot:
    limit = 6e-4 * nominal + 3e-4 * range_
    return Shot("ac-voltage", "V", nominal, range_, limit, share * limit, 0.19 * limit, hertz)


def _ohm(nominal: float, share: float) -> Shot:
    limit = 1e-4 * nominal + 1e-5 * nominal
    return Shot(
        "resistance-4w", "Ω", nominal, nominal, limit, share * limit, 0.1234 * limit, verified=False
    )


def _hertz(nominal: float, share: float) -> Shot:
    limit = 1e-4 * nominal
    return Shot("frequency", "Hz", nominal, 1.0, limit, share * limit, 0.05 * limit, k=2.13)


SHOTS = (
    _dc(0.0, 0.1, 0.1),
    _dc(0.05, 0.1, -0.31),
    _dc(0.1, 0.1, 0.42),
    _dc(-0.1, 0.1, -0.77),
    _dc(1.0, 1.0, 0.12),
    _dc(-1.0, 1.0, -0.25),
    _dc(1.0, 10.0, 0.02),
    _dc(5.0, 10.0, -0.4),
    _dc(10.0, 10.0, 0.85),
    _dc(-10.0, 10.0, -1.7),
    _dc(100.0, 100.0, 0.3),
    _dc(-100.0, 100.0, 1.1),
    _dc(300.0, 1000.0, 0.5),
    _dc(1000.0, 1000.0, 0.0, error=None),
    *(_ac(0.1, 0.1, f, s) for f, s in ((1000.0, 0.1), (50000.0, -0.2))),
    *(_ac(1.0, 1.0, f, s) for f, s in ((45.0, 0.3), (1000.0, 0.2), (20000.0, -0.6))),
    *(_ac(10.0, 10.0, f, s) for f, s in ((45.0, 0.1), (1000.0, 0.2), (100000.0, 0.9))),
    *(_ohm(10.0**n, 0.1 * n - 0.3) for n in range(2, 9)),
    *(_hertz(10.0**n, 0.2 * n - 0.5) for n in range(2, 6)),
)


LABELLED = tuple(
    Shot("mass", "kg", 0.1, 0.22, 1e-6, error, 1e-7, label=label)
    for label, error in (
        ("", 0.0), ("centre", 2e-7), ("left front", -3e-7), ("right rear", None),
    )
)  # fmt: skip
"""Points of one nominal value, which their labels alone tell apart; the last is an overload."""


@dataclass(frozen=True)
class Run:
    """What to make a journal of."""

    shots: tuple[Shot, ...] = SHOTS
    rule: str = "guarded-non-binary"
    simulated: bool = False
    adjusted: bool = False
    voided: int = 1
    finished: bool = True
    id: str = "0197a1b2-run"
    laboratory: Organisation | None = LABORATORY
    order: Order | None = ORDER
    resumed: tuple[Resumed, ...] = ()

    def begun(self) -> RunBegun:
        return RunBegun(
            run=self.id,
            procedure="dmm",
            revision=1,
            procedure_digest="12" * 32,
            title="Digital multimeter",
            method="EURAMET cg-15, version 3.0",
            software="calibration-station 0.1.0",
            software_digest="34" * 32,
            simulated=self.simulated,
            seed=7 if self.simulated else None,
            bench="bench 1",
            operator="Operator A",
            rule=self.rule,
            rule_version="1",
            rule_definition=definition(RULES[self.rule]),
            coverage_probability=0.9545,
            dut="dut",
            instruments=(CALIBRATOR, DUT),
            points=tuple(shot.planned() for shot in self.shots),
            laboratory=self.laboratory,
            order=self.order,
        )

    def entries(self) -> list[Entry]:
        entries: list[Entry] = [self.begun()]
        entries.append(EnvironmentRead(celsius=23.1, humidity=48.2, source="thermo-hygrometer 7"))
        entries += self.resumed
        for number, shot in enumerate(self.shots):
            outcome = shot.outcome(self.rule)
            entries.append(outcome)
            if number < self.voided:
                entries.append(
                    Voided(
                        point=shot.id, phase=Phase.AS_FOUND, reason="dây nối lỏng", by="Operator A"
                    )
                )
                entries.append(outcome)
        if not self.finished:
            return entries
        entries.append(Decided(phase=Phase.AS_FOUND, verdict=self._worst()))
        if self.adjusted:
            entries += [AdjustBegun(by="Operator A"), AdjustDone(by="Operator A")]
            mended = [replace(s, error=0.1 * s.limit) for s in self.shots]
            entries += [shot.outcome(self.rule, Phase.AS_LEFT) for shot in mended]
            entries.append(Decided(phase=Phase.AS_LEFT, verdict="pass"))
        entries.append(EnvironmentRead(celsius=23.4, humidity=46.9, source="thermo-hygrometer 7"))
        entries.append(Finished(verdict="pass" if self.adjusted else self._worst()))
        return entries

    def _worst(self) -> str:
        order = ("pass", "conditional pass", "not assessable", "conditional fail", "fail")
        found = [
            o.verdict if isinstance(o, Measured) else "fail"
            for o in (shot.outcome(self.rule) for shot in self.shots)
        ]
        return max(found, key=order.index)

    def state(self) -> RunState:
        return fold_all(
            Row(seq, BEGUN_AT + timedelta(seconds=10 * seq), entry, GENESIS, HEAD)
            for seq, entry in enumerate(self.entries())
        )

    def document(
        self,
        state: RunState | None = None,
        issued_by: str = "Approver B",
        languages: Languages = Languages.BOTH,
        acts: Acts = NOBODY,
    ) -> Document:
        assert self.order is not None
        assert self.laboratory is not None
        return compose(
            state or self.state(),
            "dut",
            resumed=self.resumed,
            number="C26.00001",
            issued=ISSUED_AT,
            issued_by=issued_by,
            order=self.order,
            laboratory=self.laboratory,
            head=HEAD,
            acts=acts,
            languages=languages,
        )


FILES = BENCH_FILE, CALIBRATOR_FILE = b"# a bench", b"# the calibrator's certificate"

RESUMED = Resumed(
    operator="Operator C",
    software="calibration-station 0.1.1",
    software_digest="9a" * 32,
    bench_digest=hashlib.sha256(BENCH_FILE).hexdigest(),
    reason="power failure",
)
CALIBRATOR = BoundInstrument(
    role="calibrator",
    model="fluke-5522a",
    title="Fluke 5522A multi-product calibrator",
    maker="FLUKE",
    stated_model="5522A",
    serial="4872301",
    firmware="1.0",
    address="GPIB0::4::INSTR",
    certificate="V26.01234",
    certificate_digest=hashlib.sha256(CALIBRATOR_FILE).hexdigest(),
    certificate_issuer="Viện Đo lường Ví Dụ",
    calibrated=date(2026, 6, 1),
    due=date(2027, 6, 1),
    traceability="SI through the national standards",
)
DUT = BoundInstrument(
    role="dut",
    model="keysight-34461a",
    title="Keysight 34461A digital multimeter, 6½ digits",
    maker="Keysight Technologies",
    stated_model="34461A",
    serial="MY53200001",
    firmware="A.02.14-02.40-02.14-00.49-01-01",
    address="TCPIP0::192.0.2.17::hislip0::INSTR",
)


class StepClock:
    """Ten seconds pass with each look at it."""

    def __init__(self) -> None:
        self._at = BEGUN_AT

    def now(self) -> datetime:
        self._at += timedelta(seconds=10)
        return self._at

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


def write_down(store: Store, run: Run) -> str:
    """Write the run's journal into the store and return the run's id."""
    begun, *others = run.entries()
    assert isinstance(begun, RunBegun)
    for content in FILES:
        store.keep(content, name="file", media_type="application/toml")
    journal = Journal.begin(store, begun, StepClock())
    for entry in others:
        journal.append(entry)
    return begun.run
