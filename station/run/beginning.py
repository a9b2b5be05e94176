"""What is written down when a run begins, and when it is taken up again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from drivers.capabilities import Identity
from drivers.catalogue import model_of
from station.errors import JournalMismatch, Phrase
from station.procedure import DUT, EnvironmentLimits, Test
from station.run import entries as e
from station.run.pace import expected
from station.run.plan import BoundInstrument, PlannedObservation, PlannedPoint
from station.run.rule import definition, is_of, rule_named
from station.run.setup import COVERAGE_PROBABILITY, Setup
from station.run.state import RunState
from station.software import software, software_digest


def begun(
    setup: Setup, tests: Sequence[Test[Any]], identities: dict[str, Identity], run: str, on: date
) -> e.RunBegun:
    """Return the first entry of a run that begins on the day `on`."""
    procedure, file = setup.procedure, setup.bench
    rule, items = rule_named(setup.rule), setup.items
    verification = procedure.verification(items)
    return e.RunBegun(
        run=run,
        procedure=procedure.name,
        revision=procedure.revision,
        procedure_digest=procedure.digest(items),
        title=procedure.title,
        method=procedure.method,
        software=software(),
        software_digest=software_digest(),
        simulated=setup.simulated,
        in_process=setup.in_process,
        replay=setup.replay.digest if setup.replay else None,
        seed=file.simulation.seed if setup.simulated else None,
        bench=file.bench.name,
        bench_digest=setup.bench_digest,
        operator=setup.by,
        rule=rule.name,
        rule_version=str(rule.version),
        rule_definition=definition(rule),
        coverage_probability=COVERAGE_PROBABILITY,
        dut=DUT,
        duts=tuple(items),
        observations=_observations(tests),
        verification=verification.document if verification else "",
        operation=verification.operation if verification else "",
        found_as=procedure.found_as,
        instruments=tuple(_bound(setup, role, who) for role, who in identities.items()),
        points=_plan(tests),
        laboratory=file.laboratory,
        order=file.order,
        language=setup.language,
        environment=_allowed(procedure.environment),
        overrides=tuple(
            each for role, known in setup.registered.items() for each in known.overridden(role, on)
        ),
    )


def _allowed(limits: EnvironmentLimits) -> tuple[e.Allowed, ...]:
    pairs = [("°C", limits.celsius), ("%RH", limits.humidity)]
    if limits.pascals is not None:
        low, high = limits.pascals
        pairs.append(("hPa", (low / 100.0, high / 100.0)))
    return tuple(e.Allowed(unit=unit, low=low, high=high) for unit, (low, high) in pairs)


def _plan(tests: Sequence[Test[Any]]) -> tuple[PlannedPoint, ...]:
    planned, seconds = [], expected(tests)
    for test in tests:
        for point in test.points:
            tolerance = test.tolerance(point)
            planned.append(
                PlannedPoint(
                    id=point.id,
                    test=test.name,
                    title=test.title,
                    unit=test.unit,
                    nominal=point.nominal,
                    range=point.range,
                    range_unit=test.range_unit,
                    hertz=point.hertz,
                    lower=tolerance.limits.lower,
                    upper=tolerance.limits.upper,
                    tolerance_source=tolerance.source,
                    tolerance_verified=tolerance.verified,
                    seconds=seconds[point.id],
                    dut=point.dut,
                    rests_on=point.rests_on,
                    label=point.label,
                    standards=tuple(dict.fromkeys(use.role for use in test.standards)),
                    headings=test.headings,
                    symbol=test.symbol,
                )
            )
    return tuple(planned)


def _observations(tests: Sequence[Test[Any]]) -> tuple[PlannedObservation, ...]:
    seconds = expected(tests)
    return tuple(
        PlannedObservation(
            id=point.id,
            test=test.name,
            title=test.title,
            unit=test.unit,
            nominal=point.nominal,
            seconds=seconds[point.id],
            symbol=test.symbol,
        )
        for test in tests
        for point in test.observations
    )


def _bound(setup: Setup, role: str, who: Identity) -> BoundInstrument:
    entry = setup.bench.instruments[role]
    bound = BoundInstrument(
        role=role,
        model=entry.model,
        title=model_of(entry.model).title,
        maker=who.maker,
        stated_model=who.model,
        serial=who.serial,
        firmware=who.firmware,
        address=entry.address,
        # The settings of a readout say nothing of the probe that is calibrated.
        details={**(entry.settings if entry.item is None else {}), **entry.details},
        item=entry.item,
    )
    if role not in setup.standards:
        return bound
    standard, _ = setup.standards[role]
    certificate = standard.certificate
    return bound.model_copy(
        update={
            "certificate": certificate.number,
            "certificate_digest": standard.digest,
            "certificate_original": standard.original,
            "certificate_issuer": certificate.issuer,
            "calibrated": certificate.date,
            "due": certificate.due,
            "traceability": certificate.traceability,
        }
    )


def refuse_changes(setup: Setup, state: RunState, identities: dict[str, Identity]) -> None:
    """Refuse to mix results of two methods, two items or two certificates in one run.

    Raises:
        JournalMismatch: something has changed since the run began.
    """
    begun = state.begun
    if begun is None:
        raise JournalMismatch("The run has no first entry. Begin a new run.")
    procedure = setup.procedure
    changed = []
    if (setup.simulated, setup.in_process) != (begun.simulated, begun.in_process):
        changed.append(Phrase("real and simulated instruments"))
    if not is_of(rule_named(setup.rule), begun):
        changed.append(Phrase("decision rule, or its definition"))
    if procedure.revision != begun.revision:
        changed.append(
            Phrase(
                "procedure revision {before} → {now}", before=begun.revision, now=procedure.revision
            )
        )
    elif procedure.digest(setup.items) != begun.procedure_digest:
        changed.append(Phrase("source text or data of the procedure"))
    for bound in begun.instruments:
        if bound.role in state.removed:
            continue
        if bound.role not in identities:
            changed.append(Phrase("{role} is missing", role=bound.role))
        elif identities[bound.role].serial != bound.serial:
            changed.append(Phrase("serial of {role}", role=bound.role))
        elif bound.certificate_digest is not None:
            standard = setup.standards.get(bound.role)
            if standard is None or standard[0].digest != bound.certificate_digest:
                changed.append(Phrase("certificate of {role}", role=bound.role))
    if changed:
        raise JournalMismatch(
            "Run {run} cannot go on; changed since it began: {changed}. Begin a new run.",
            run=begun.run,
            changed=tuple(changed),
        )


def resumed(setup: Setup, state: RunState, identities: dict[str, Identity]) -> e.Resumed:
    """Return the entry with which a run is taken up again."""
    return e.Resumed(
        operator=setup.by,
        software=software(),
        software_digest=software_digest(),
        bench_digest=setup.bench_digest,
        instruments=tuple(_bound(setup, role, who) for role, who in identities.items()),
        reason=_reason(state),
    )


def _reason(state: RunState) -> str:
    return state.fault.message if state.fault else "the engine ended without a word"
