"""Hand-made runs of several pressure gauges on one manifold, calibrated or verified."""

from dataclasses import dataclass
from datetime import timedelta

from station.certificate.document import Document, compose
from station.metrology.conformity import RULES, Limits, decide
from station.records.chain import GENESIS
from station.records.store import Store
from station.run import entries as e
from station.run.journal import Journal, Row
from station.run.plan import BoundInstrument, Phase, PlannedObservation, PlannedPoint
from station.run.rule import definition
from station.run.state import RunState, fold_all
from tests.station.certificate.runs import (
    BEGUN_AT,
    HEAD,
    ISSUED_AT,
    LABORATORY,
    ORDER,
    StepClock,
)

DUTS = ("dut", "dut-2", "dut-3")
FOUND = Phase.AS_FOUND
RULE = "guarded-binary"
PRESSURES = (0.0, 2e5, 4e5, 6e5, 8e5, 1e6)
LIMIT = 1.6e4
SHARES = {"dut": 0.2, "dut-2": 1.4, "dut-3": -0.3}
"""Error of each gauge, as a share of its limit."""

INSPECTIONS = (
    ("inscriptions", "Are the inscriptions on the gauge legible?", "6.1"),
    ("damage", "Is the gauge without damage?", "6.2"),
)
CONTROLLER = BoundInstrument(
    role="controller",
    model="druck-pace6000",
    title="Druck PACE6000 pressure controller",
    maker="Druck",
    stated_model="PACE6000",
    serial="10273912",
    firmware="02.02.14",
    address="TCPIP0::192.0.2.20::5025::SOCKET",
    certificate="P26.00077",
    certificate_digest="78" * 32,
    certificate_issuer="Viện Đo lường Ví Dụ",
    traceability="SI through the national standards",
)


@dataclass(frozen=True)
class Gauges:
    """What to make a journal of.

    `removed` is taken out after so many results; `refused` fails an inspection.
    """

    legal: bool = False
    removed: tuple[str, int] | None = None
    refused: str = ""
    voided: bool = False
    concluded: bool = True
    plain: bool = False
    """No maker, model or serial number is known."""
    shares: tuple[float, ...] = tuple(SHARES.values())

    def begun(self) -> e.RunBegun:
        return e.RunBegun(
            run="0197a1b3-gauges",
            procedure="pressure-gauge",
            revision=1,
            procedure_digest="12" * 32,
            title="Pressure gauges",
            method="DKD-R 6-1, sequence C",
            software="calibration-station 0.1.0",
            software_digest="34" * 32,
            simulated=False,
            seed=None,
            bench="pressure bench",
            operator="Operator A",
            rule=RULE,
            rule_version="1",
            rule_definition=definition(RULES[RULE]),
            coverage_probability=0.9545,
            dut="dut",
            duts=DUTS,
            instruments=tuple(map(self.known, (CONTROLLER, *map(gauge, DUTS)))),
            observations=tuple(map(observation, PRESSURES)),
            points=tuple(point(dut, pressure) for dut in DUTS for pressure in PRESSURES),
            verification="ĐLVN 08:2011" if self.legal else "",
            operation="periodic verification" if self.legal else "",
            laboratory=LABORATORY,
            order=ORDER,
        )

    def known(self, bound: BoundInstrument) -> BoundInstrument:
        unknown = {"maker": "", "stated_model": "", "serial": ""}
        return bound.model_copy(update=unknown) if self.plain else bound

    def entries(self) -> list[e.Entry]:
        air = e.EnvironmentRead(celsius=20.4, humidity=52.0, pascals=100820.0, source="logger 3")
        entries: list[e.Entry] = [self.begun(), air]
        if self.legal:
            entries += [
                inspected(dut, *one, passed=not (dut == self.refused and one[0] == "damage"))
                for dut in DUTS
                for one in INSPECTIONS
            ]
        for number, pressure in enumerate(PRESSURES):
            entries.append(self.observed(pressure))
            if self.voided and number == 1:
                why = "rò áp suất"
                id_ = observation(pressure).id
                entries.append(e.Voided(point=id_, phase=FOUND, reason=why, by="Operator A"))
                entries.append(self.observed(pressure))
        for dut in DUTS:
            if dut != self.refused and not (self.removed and dut == self.removed[0]):
                entries += self.results(dut)
        if self.removed is not None:
            dut, number = self.removed
            entries += [result(dut, pressure, 0.2) for pressure in PRESSURES[:number]]
            entries.append(e.Removed(dut=dut, reason="rò khí", by="Operator A"))
        if self.refused:
            entries.append(e.Decided(phase=FOUND, verdict="fail", dut=self.refused))
        entries.append(air.model_copy(update={"celsius": 20.9, "pascals": 100860.0}))
        entries.append(e.Finished(verdict="fail"))
        return entries

    def results(self, dut: str) -> list[e.Entry]:
        share = self.shares[DUTS.index(dut)]
        measured = [result(dut, pressure, share) for pressure in PRESSURES]
        verdicts = {one.verdict for one in measured}
        entries: list[e.Entry] = list(measured)
        if self.concluded:
            entries.append(concluded(dut))
        verdict = "fail" if "fail" in verdicts else "pass"
        entries.append(e.Decided(phase=FOUND, verdict=verdict, dut=dut))
        return entries

    def observed(self, pressure: float) -> e.Observed:
        return e.Observed(
            point=observation(pressure).id,
            phase=FOUND,
            readings=(e.ReadingTaken(value=pressure, raw=f"{pressure}", of="controller"),),
            wire=(),
            seconds=60.0,
        )

    def state(self) -> RunState:
        return fold_all(
            Row(seq, BEGUN_AT + timedelta(seconds=10 * seq), entry, GENESIS, HEAD)
            for seq, entry in enumerate(self.entries())
        )

    def document(self, dut: str) -> Document:
        return compose(
            self.state(),
            dut,
            resumed=(),
            number="C26.00001",
            issued=ISSUED_AT,
            issued_by="Approver B",
            order=ORDER.model_copy(update={"asset": "", "condition": ""}),
            laboratory=LABORATORY,
            head=HEAD,
        )

    def write_down(self, store: Store) -> str:
        """Write the journal into a store and return the run's id."""
        begun, *others = self.entries()
        assert isinstance(begun, e.RunBegun)
        journal = Journal.begin(store, begun, StepClock())
        for entry in others:
            journal.append(entry)
        return begun.run


def gauge(dut: str) -> BoundInstrument:
    number = DUTS.index(dut) + 1
    return BoundInstrument(
        role=dut,
        model="hand-pressure-gauge",
        title=f"Pressure gauge {number}",
        maker="Ví Dụ",
        stated_model="EN 100",
        serial=f"AK-{number:03}",
        firmware="",
        address="person",
        details={
            "unit": "bar",
            "full_scale": 10.0,
            "class": 1.6,
            "resolution": 0.05,
            "kind": "dial",
            "sequence": "C",
        },
    )


def observation(pressure: float) -> PlannedObservation:
    return PlannedObservation(
        id=f"pressure/up/{pressure:g}",
        test="pressure",
        title="Pressure",
        unit="Pa",
        nominal=pressure,
        seconds=60.0,
    )


def point(dut: str, pressure: float) -> PlannedPoint:
    return PlannedPoint(
        id=f"{dut}/{pressure:g}",
        test="pressure",
        title="Pressure",
        unit="Pa",
        nominal=pressure,
        range=1e6,
        range_unit="Pa",
        hertz=None,
        lower=-LIMIT,
        upper=LIMIT,
        tolerance_source="EN 837-1, class 1.6",
        tolerance_verified=True,
        seconds=0.0,
        dut=dut,
        rests_on=(observation(pressure).id,),
    )


def result(dut: str, pressure: float, share: float) -> e.Measured:
    error, u = share * LIMIT * (0.5 + pressure / 2e6), 1.1e3
    made = decide(RULES[RULE], error, 2 * u, Limits(-LIMIT, LIMIT), standard_uncertainty=u)
    return e.Measured(
        point=point(dut, pressure).id,
        phase=FOUND,
        readings=(),
        wire=(),
        reference=pressure + 12.5,
        indication=pressure + 12.5 + error,
        error=error,
        standard_uncertainty=u,
        dof=None,
        coverage_factor=2.0,
        coverage_reason="normal",
        expanded_uncertainty=2 * u,
        budget=(),
        lower=-LIMIT,
        upper=LIMIT,
        acceptance_lower=made.acceptance_lower,
        acceptance_upper=made.acceptance_upper,
        verdict=made.verdict.value,
        false_decision_probability=made.probability_of_false_decision,
        seconds=0.0,
    )


def concluded(dut: str) -> e.Concluded:
    return e.Concluded(
        phase=FOUND,
        test="pressure",
        dut=dut,
        conclusions=(
            e.ConclusionDrawn(
                name="hysteresis",
                title="Hysteresis",
                value=1234.5678,
                unit="Pa",
                expanded_uncertainty=None,
                source="h = max |x_down − x_up|, DKD-R 6-1:2014",
            ),
            e.ConclusionDrawn(
                name="slope",
                title="Slope",
                value=-5.77512e-7,
                unit="1/°C",
                expanded_uncertainty=0.0123e-7,
                source="least squares",
            ),
        ),
    )


def inspected(dut: str, id_: str, text: str, clause: str, *, passed: bool) -> e.Inspected:
    return e.Inspected(
        dut=dut, inspection=id_, text=text, clause=clause, passed=passed, by="Operator A"
    )
