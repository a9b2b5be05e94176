"""The measurement results of a DCC: one result per phase, one list per test, one column each."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from station.certificate.figures import Figure
from station.certificate.further import Further
from station.certificate.remarks import remark
from station.certificate.results import Line, Result, Section, Table
from station.certificate.sittings import Program
from station.certificate.sources import told
from station.certificate.texts import Text, same, say
from station.certificate.xml import (
    add,
    add_contents,
    add_real,
    add_reals,
    add_text,
    add_uncertainties,
    release,
)
from station.locale import N_
from station.metrology.conformity import Verdict
from station.metrology.units import dsi_or_foreign
from station.run.plan import BoundInstrument, Phase

if TYPE_CHECKING:
    from lxml.etree import _Element

    from station.certificate.document import Document

CONFORMITY = {
    Verdict.PASS: "pass",
    Verdict.CONDITIONAL_PASS: "conditionalPass",
    Verdict.CONDITIONAL_FAIL: "conditionalFail",
    Verdict.FAIL: "fail",
    # The schema has no word for "not assessable": conformity is not shown.
    Verdict.NOT_ASSESSABLE: "noPass",
}

STATUS = {Phase.AS_FOUND: "beforeAdjustment", Phase.AS_LEFT: "afterAdjustment"}

Column = tuple[str | Text, str, Callable[[Line, Result], Decimal], str]
"""Name, refType, the figure of a line, and its unit."""


def add_result(parent: "_Element", document: "Document", section: Section) -> None:
    """Append the results of one phase, with all they depend on beside them."""
    result = add(parent, "dcc:measurementResult")
    add_text(result, "dcc:name", section.title)
    _methods(result, document)
    _software(result, document)
    _standards(result, document)
    _influences(result, document, section)
    results = add(result, "dcc:results")
    for table in section.tables:
        _table(results, document, table)
    if section.further:
        _further(results, section.further)
    if not (section.tables or section.further):
        _nothing(results, section)


def _methods(result: "_Element", document: "Document") -> None:
    methods = add(result, "dcc:usedMethods")
    method = add(methods, "dcc:usedMethod", refType="basic_calibrationMethod")
    add_text(method, "dcc:name", document.subject)
    procedure = f"{document.software.procedure}, revision {document.software.revision}"
    procedure += f", SHA-256 {document.software.procedure_digest}"
    add_text(
        method,
        "dcc:description",
        Text(f"{document.method.vi} ({procedure})", f"{document.method.en} ({procedure})"),
    )
    add(method, "dcc:reference", document.method.en)
    uncertainty = add(methods, "dcc:usedMethod", refType="basic_methodMeasurementUncertainty")
    add_text(uncertainty, "dcc:name", say(N_("Evaluation of measurement uncertainty")))
    add(uncertainty, "dcc:norm", "JCGM 100:2008")


def _software(result: "_Element", document: "Document") -> None:
    programs = add(result, "dcc:usedSoftware")
    for program in document.software.programs:
        add_program(programs, program)


def add_program(parent: "_Element", program: Program) -> None:
    """Append one software: name, version, and the SHA-256 of its source."""
    software = add(parent, "dcc:software")
    add_text(software, "dcc:name", program.name)
    add(software, "dcc:release", release(program.version))
    add(software, "dcc:type", "application")
    digest = f", SHA-256 {program.digest}" if program.digest else ""
    add_text(software, "dcc:description", f"{program.version}{digest}")


def _standards(result: "_Element", document: "Document") -> None:
    if not document.standards:
        return
    equipments = add(result, "dcc:measuringEquipments")
    for standard in document.standards:
        kind = "basic_normalUsed" if standard.certificate else "station_auxiliary"
        equipment = add(equipments, "dcc:measuringEquipment", refType=kind)
        add_text(equipment, "dcc:name", say(standard.title))
        _certificate(equipment, document, standard)
        if standard.maker:
            add_text(add(equipment, "dcc:manufacturer"), "dcc:name", standard.maker)
        if standard.stated_model:
            add(equipment, "dcc:model", standard.stated_model)
        if standard.serial:
            identification = add(add(equipment, "dcc:identifications"), "dcc:identification")
            add(identification, "dcc:issuer", "manufacturer")
            add(identification, "dcc:value", standard.serial)
            add_text(identification, "dcc:name", say(N_("Serial number")))


def _certificate(equipment: "_Element", document: "Document", standard: BoundInstrument) -> None:
    if standard.certificate is None or standard.certificate_digest is None:
        return
    certificate = add(equipment, "dcc:certificate")
    add_text(certificate, "dcc:referral", standard.certificate_issuer or standard.certificate)
    add(certificate, "dcc:referralID", standard.certificate)
    add(certificate, "dcc:procedure", "SHA-256")
    # Whoever else has the issuer's document can compare it; what was read from it, only we have.
    of_document = standard.certificate_original or standard.certificate_digest
    add(certificate, "dcc:value", of_document)
    add_text(certificate, "dcc:description", validity(standard))
    if standard.due is not None:
        valid = document.performed_to <= standard.due
        add(certificate, "dcc:inValidityRange", str(valid).lower())
    add(certificate, "dcc:traceable", str(not document.simulated).lower())


def validity(standard: BoundInstrument) -> Text:
    """Return when a standard was calibrated, until when that holds, and its traceability."""
    return say(
        N_("Calibrated {calibrated}, due {due}. {traceability}"),
        calibrated=f"{standard.calibrated:%d/%m/%Y}" if standard.calibrated else "–",
        due=f"{standard.due:%d/%m/%Y}" if standard.due else "–",
        traceability=standard.traceability or "",
    )


def _influences(result: "_Element", document: "Document", section: Section) -> None:
    conditions = add(result, "dcc:influenceConditions")
    air = document.environment
    for name, kind, unit, span in (
        (N_("Ambient temperature"), "basic_temperature", "°C", air.celsius),
        (N_("Relative humidity"), "basic_humidityRelative", "%", air.humidity),
        (N_("Atmospheric pressure"), "station_pressureAtmospheric", "Pa", air.pressure),
    ):
        if span is None:
            continue
        low, high = span
        condition = add(conditions, "dcc:influenceCondition", refType=kind)
        add_text(condition, "dcc:name", say(name))
        add_text(condition, "dcc:description", air.remark)
        if len(document.sections) > 1:
            add(condition, "dcc:status", STATUS[section.phase])
        values = add(condition, "dcc:data")
        for end, bound, figure in (
            (N_("minimum"), "Min", low),
            (N_("maximum"), "Max", high),
        ):
            quantity = add(values, "dcc:quantity", refType=f"{kind}{bound}")
            add_text(quantity, "dcc:name", say(end))
            add_real(quantity, figure.exact, unit)


def _nothing(results: "_Element", section: Section) -> None:
    result = add(results, "dcc:result")
    add_text(result, "dcc:name", section.title)
    text = add(add(result, "dcc:data"), "dcc:text", refType="station_undone")
    add_contents(text, say(N_("There is no measurement result.")))


def _further(results: "_Element", lines: Sequence[Further]) -> None:
    result = add(results, "dcc:result")
    add_text(result, "dcc:name", say(N_("Further results")))
    content = add(result, "dcc:data")
    for line in lines:
        value = add(content, "dcc:quantity", refType="station_conclusion")
        add_text(value, "dcc:name", line.title)
        add_text(value, "dcc:description", told(line.source))
        _figure(value, line.value, line)
        if line.uncertainty is not None:
            # A quantity of its own: the record does not tell its coverage factor.
            stated = add(content, "dcc:quantity", refType="basic_uncertainty")
            add_text(stated, "dcc:name", say(N_("{title}: uncertainty U"), title=line.title))
            _figure(stated, line.uncertainty, line)


def _figure(quantity: "_Element", figure: Figure, line: Further) -> None:
    if dsi_or_foreign(line.si_unit).startswith("|"):
        add_text(quantity, "dcc:noQuantity", same(f"{figure.shown} {line.unit}"))
    else:
        add_real(quantity, figure.exact, line.si_unit)


def _table(results: "_Element", document: "Document", table: Table) -> None:
    result = add(results, "dcc:result")
    add_text(result, "dcc:name", table.title)
    remarked = remark(table)
    if remarked is not None:
        add_text(result, "dcc:description", remarked)
    content = add(result, "dcc:data")
    overloaded = [line for line in table.lines if line.result is None]
    for line in overloaded:
        # A list of numbers cannot hold "no number", so the line is words.
        text = add(content, "dcc:text", refType="station_overload")
        add_text(text, "dcc:name", say(N_("Overload")))
        add_contents(text, overload(line))
    labelled = [(line.number, line.label) for line in table.lines if line.label is not None]
    if labelled:
        text = add(content, "dcc:text", refType="station_pointLabels")
        add_text(text, "dcc:name", say(N_("Points of the same nominal value")))
        add_contents(text, labels(labelled))
    measured = [(line, line.result) for line in table.lines if line.result is not None]
    if measured:
        _list(content, document, table, measured)


def labels(labelled: Sequence[tuple[int, Text]]) -> Text:
    """Return what tells points apart, each after its number."""
    return Text(
        "; ".join(f"{number}: {label.vi}" for number, label in labelled),
        "; ".join(f"{number}: {label.en}" for number, label in labelled),
    )


def overload(line: Line) -> Text:
    """Return what is said of a point at which the item showed overload."""
    return say(
        N_("Point {number} ({point}): the item indicated overload; fail."),
        number=line.number,
        point=line.point,
    )


def _list(
    content: "_Element",
    document: "Document",
    table: Table,
    measured: Sequence[tuple[Line, Result]],
) -> None:
    rows = add(content, "dcc:list", refType="station_table")
    add_text(rows, "dcc:name", table.title)
    for name, kind, pick, unit in _columns(table):
        quantity = add(rows, "dcc:quantity", refType=kind)
        add_text(quantity, "dcc:name", name if isinstance(name, Text) else say(name))
        values = [pick(line, result) for line, result in measured]
        reals = add_reals(quantity, values, unit)
        if kind == ERROR:
            add_uncertainties(
                reals,
                [result.uncertainty.exact for _, result in measured],
                [result.k.exact for _, result in measured],
                document.coverage_probability,
            )
            _verdicts(quantity, [line.verdict for line, _ in measured])
    if all(result.risk is not None for _, result in measured):
        quantity = add(rows, "dcc:quantity", refType="station_specificRisk")
        add_text(quantity, "dcc:name", say(N_("Risk of a false decision")))
        add_reals(quantity, [result.risk or Decimal(0) for _, result in measured], "")


ERROR = "basic_measurementError"
REFERENCE, INDICATION = N_("Reference value"), N_("Indication")


FREQUENCY: Column = (
    N_("Frequency"),
    "basic_frequency",
    lambda line, _: line.hertz.exact if line.hertz else Decimal(0),
    "Hz",
)


def _columns(table: Table) -> list[Column]:
    unit = table.unit
    left, right = table.headings or (say(REFERENCE), say(INDICATION))
    # What another value of the item is compared with is no reference value.
    left_kind = "station_comparedWith" if table.headings else "basic_referenceValue"
    return [
        (N_("Point"), "station_pointNumber", lambda line, _: Decimal(line.number), ""),
        (N_("Nominal value"), "basic_nominalValue", lambda line, _: line.nominal.exact, unit),
        (N_("Range"), "basic_measurementRange", lambda line, _: line.range, table.range_unit),
        *([FREQUENCY] if table.alternating else []),
        (left, left_kind, lambda _, r: r.reference.exact, unit),
        (right, "basic_measuredValue", lambda _, r: r.indication.exact, unit),
        (N_("Error"), ERROR, lambda _, r: r.error.exact, unit),
        (
            N_("Lower tolerance limit"),
            "basic_toleranceLimitLower",
            lambda line, _: line.lower.exact,
            unit,
        ),
        (
            N_("Upper tolerance limit"),
            "basic_toleranceLimitUpper",
            lambda line, _: line.upper.exact,
            unit,
        ),
        (
            N_("Lower acceptance limit"),
            "basic_acceptanceLimitLower",
            lambda _, r: r.acceptance_lower.exact,
            unit,
        ),
        (
            N_("Upper acceptance limit"),
            "basic_acceptanceLimitUpper",
            lambda _, r: r.acceptance_upper.exact,
            unit,
        ),
    ]


def _verdicts(quantity: "_Element", verdicts: Sequence[Verdict]) -> None:
    statements = add(quantity, "dcc:measurementMetaData")
    statement = add(statements, "dcc:metaData", refId="decisionRule", refType="basic_conformity")
    add_text(statement, "dcc:name", say(N_("Statement of conformity")))
    add(statement, "dcc:conformityXMLList", " ".join(CONFORMITY[v] for v in verdicts))
