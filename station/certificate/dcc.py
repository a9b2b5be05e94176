"""A certificate as a Digital Calibration Certificate: PTB's DCC 3.3.0 with D-SI 2.2.1.

Order of elements and rules: the schema `dcc.xsd` 3.3.0 and PTB's Schematron rules of dcclib.
refTypes `basic_*` are of the public DKD vocabulary (as seen in public examples, the vocabulary
itself was not read); `station_*` are ours and declared.
"""

from typing import TYPE_CHECKING

from station.certificate.dcc_results import CONFORMITY, add_program, add_result
from station.certificate.document import COUNTRY, Document, Verified
from station.certificate.kinds import Kind
from station.certificate.texts import Text, say
from station.certificate.wording import Note, Topic
from station.certificate.xml import DCC, LANGUAGES, SI, XSI, add, add_contact, add_text
from station.locale import N_
from station.metrology.conformity import Verdict
from station.run.plan import BoundInstrument

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSION = "3.3.0"
PREFIX = "station"
VOCABULARY = "https://digilab.ptb.de/dkd/refType/vocab/"

REF_TYPES = {
    Topic.SIMULATED: "station_simulated",
    Topic.CONFORMITY: "station_conformitySummary",
    Topic.RULE: "basic_conformity",
    Topic.RISK: "station_specificRisk",
    Topic.COVERAGE: "station_coverage",
    Topic.TRACEABILITY: "basic_metrologicallyTraceableToSI",
    Topic.LIMITS: "station_toleranceSource",
    Topic.OVERLOAD: "station_overload",
    Topic.VOID: "station_voided",
    Topic.UNDONE: "station_undone",
    Topic.ADJUSTMENT: "basic_adjustment",
    Topic.FIGURES: "station_figures",
    Topic.SITTINGS: "station_sittings",
    Topic.PERSONS: "station_persons",
    Topic.AMENDMENT: "station_amendment",
    Topic.ITEM: "station_item",
    Topic.REPRODUCTION: "station_reproduction",
    Topic.GROUP_2: "vn_notForGroup2",
    Topic.LABORATORY: "station_laboratory",
    Topic.VALIDITY: "station_nextDue",
}

NAMES = {
    Topic.SIMULATED: N_("Simulated"),
    Topic.CONFORMITY: N_("Statement of conformity"),
    Topic.RULE: N_("Decision rule"),
    Topic.RISK: N_("Risk of a false decision"),
    Topic.COVERAGE: N_("Measurement uncertainty"),
    Topic.TRACEABILITY: N_("Metrological traceability"),
    Topic.LIMITS: N_("Tolerance limits"),
    Topic.OVERLOAD: N_("Overload"),
    Topic.VOID: N_("Void results"),
    Topic.UNDONE: N_("Points not done"),
    Topic.ADJUSTMENT: N_("Adjustment"),
    Topic.FIGURES: N_("Notation of numbers"),
    Topic.SITTINGS: N_("Sittings"),
    Topic.PERSONS: N_("Persons"),
    Topic.AMENDMENT: N_("Amendment"),
    Topic.ITEM: N_("Validity"),
    Topic.REPRODUCTION: N_("Reproduction"),
    Topic.GROUP_2: N_("Group 2 instruments"),
    Topic.LABORATORY: N_("Statement of the laboratory"),
    Topic.VALIDITY: N_("Next due date"),
}


def render_dcc(document: Document) -> bytes:
    """Return the certificate as XML: UTF-8, no byte order mark, the same bytes every time."""
    from lxml import etree

    root = etree.Element(
        f"{{{DCC}}}digitalCalibrationCertificate",
        {
            f"{{{XSI}}}schemaLocation": f"{DCC} {DCC}/v{VERSION}/dcc.xsd",
            "schemaVersion": VERSION,
        },
        nsmap={"dcc": DCC, "si": SI, "xsi": XSI},
    )
    _administrative(root, document)
    results = add(root, "dcc:measurementResults")
    for section in document.sections:
        add_result(results, document, section)
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _administrative(root: "_Element", document: Document) -> None:
    part = add(root, "dcc:administrativeData")
    _software(part, document)
    _ref_types(part)
    _core(part, document)
    _item(part, document)
    laboratory = add(part, "dcc:calibrationLaboratory")
    if document.laboratory.accreditation:
        add(laboratory, "dcc:calibrationLaboratoryCode", document.laboratory.accreditation)
    add_contact(laboratory, "dcc:contact", document.laboratory)
    _persons(part, document)
    add_contact(part, "dcc:customer", document.order.customer)
    statements = add(part, "dcc:statements")
    if document.verified is not None:
        _verification(statements, document, document.verified)
    for field in document.house.fields:
        statement = add(statements, "dcc:statement", refType="station_field")
        add_text(statement, "dcc:name", field.label)
        add_text(statement, "dcc:declaration", field.value)
    for note in document.notes:
        _statement(statements, document, note)


def _software(part: "_Element", document: Document) -> None:
    programs = add(part, "dcc:dccSoftware")
    for program in document.software.programs:
        add_program(programs, program)


def _ref_types(part: "_Element") -> None:
    definitions = add(part, "dcc:refTypeDefinitions")
    for name, namespace, link in (
        ("DKD refType vocabulary", "basic", VOCABULARY),
        ("Calibration station", PREFIX, "urn:calibration-station:refType"),
        ("Legal metrology of Viet Nam", "vn", "urn:calibration-station:refType:vn"),
    ):
        definition = add(definitions, "dcc:refTypeDefinition")
        add_text(definition, "dcc:name", name)
        add(definition, "dcc:namespace", namespace)
        add(definition, "dcc:link", link)


def _core(part: "_Element", document: Document) -> None:
    core = add(part, "dcc:coreData")
    add(core, "dcc:countryCodeISO3166_1", COUNTRY)
    for language in LANGUAGES:
        add(core, "dcc:usedLangCodeISO639_1", language)
    add(core, "dcc:mandatoryLangCodeISO639_1", "vi")
    add(core, "dcc:uniqueIdentifier", document.number)
    identifications = add(core, "dcc:identifications")
    for value, name in (
        (document.order.number, N_("Order number")),
        (document.origin.run, N_("Run")),
        (document.origin.head, N_("Hash of the journal's last entry")),
    ):
        _identification(identifications, "calibrationLaboratory", value, say(name))
    if document.order.received:
        add(core, "dcc:receiptDate", document.order.received.isoformat())
    add(core, "dcc:beginPerformanceDate", document.performed_from.isoformat())
    add(core, "dcc:endPerformanceDate", document.performed_to.isoformat())
    add(core, "dcc:performanceLocation", "laboratory")
    add(core, "dcc:issueDate", document.issued.date().isoformat())
    if document.acts.amends:
        # A whole new document: it takes the old one's place (ISO/IEC 17025:2017, 7.8.8.3).
        change = add(core, "dcc:reportAmendedSubstituted")
        add(change, "dcc:typeOfChange", "substituted")
        add(change, "dcc:replacedUniqueIdentifier", document.acts.amends)
        previous = add(core, "dcc:previousReport")
        add_text(previous, "dcc:referral", document.laboratory.name)
        add(previous, "dcc:referralID", document.acts.amends)
        add(previous, "dcc:procedure", "SHA-256")
        add(previous, "dcc:value", document.acts.amends_digest)


def _identification(parent: "_Element", issuer: str, value: str, name: Text) -> None:
    identification = add(parent, "dcc:identification")
    add(identification, "dcc:issuer", issuer)
    add(identification, "dcc:value", value)
    add_text(identification, "dcc:name", name)


def _item(part: "_Element", document: Document) -> None:
    what = document.item
    item = add(add(part, "dcc:items"), "dcc:item")
    add_text(item, "dcc:name", what.title)
    if what.condition:
        add_text(item, "dcc:description", what.condition)
    if what.maker:
        add_text(add(item, "dcc:manufacturer"), "dcc:name", what.maker)
    if what.model:
        add(item, "dcc:model", what.model)
    identifications = add(item, "dcc:identifications")
    if what.serial:
        _identification(identifications, "manufacturer", what.serial, say(N_("Serial number")))
    else:
        # One is required: an item without a number is known by its certificate.
        number = say(N_("Certificate"))
        _identification(identifications, "calibrationLaboratory", document.number, number)
    if what.firmware:
        _identification(identifications, "manufacturer", what.firmware, say(N_("Firmware")))
    if what.asset:
        _identification(identifications, "owner", what.asset, say(N_("Asset number")))
    if what.details:
        quantities = add(item, "dcc:itemQuantities")
        for detail in what.details:
            quantity = add(quantities, "dcc:itemQuantity", refType="station_characteristic")
            add_text(quantity, "dcc:name", detail.label)
            add_text(quantity, "dcc:noQuantity", detail.value)


WORKED = {Kind.CALIBRATION: "calibrated by", Kind.TEST: "tested by"}


def _persons(part: "_Element", document: Document) -> None:
    persons = add(part, "dcc:respPersons")
    worked = WORKED.get(document.kind, "verified by")
    for name, role, main in (
        *((operator, worked, "false") for operator in document.operators),
        *((name, "reviewed by", "false") for name in (document.acts.reviewed_by,) if name),
        (document.issued_by, "approved by", "true"),
    ):
        person = add(persons, "dcc:respPerson")
        add_text(add(person, "dcc:person"), "dcc:name", name)
        add(person, "dcc:role", role)
        add(person, "dcc:mainSigner", main)


def _verification(statements: "_Element", document: Document, verified: Verified) -> None:
    statement = add(statements, "dcc:statement", refType="vn_verificationMode")
    add_text(statement, "dcc:name", say(N_("Verification mode")))
    add(statement, "dcc:norm", verified.document.vi)
    add_text(statement, "dcc:declaration", verified.operation)
    add(statement, "dcc:conformity", CONFORMITY[document.verdict])
    for inspected in verified.inspections:
        statement = add(statements, "dcc:statement", refType="vn_inspection")
        add_text(statement, "dcc:name", say(N_("External inspection and technical checks")))
        if inspected.clause:
            add(statement, "dcc:norm", inspected.clause)
        add_text(statement, "dcc:declaration", say(inspected.text))
        outcome = Verdict.PASS if inspected.passed else Verdict.FAIL
        add(statement, "dcc:conformity", CONFORMITY[outcome])


def _statement(statements: "_Element", document: Document, note: Note) -> None:
    decided = any(line.result for section in document.sections for line in section.lines)
    # An id that no column of verdicts refers to breaks PTB's rules.
    identity = {"id": "decisionRule"} if note.topic is Topic.RULE and decided else {}
    statement = add(statements, "dcc:statement", refType=REF_TYPES[note.topic], **identity)
    add_text(statement, "dcc:name", say(NAMES[note.topic]))
    if note.topic is Topic.TRACEABILITY:
        add(statement, "dcc:traceable", str(is_traceable(document)).lower())
    if note.topic is Topic.RULE:
        add(statement, "dcc:norm", document.rule.clause)
    add_text(statement, "dcc:declaration", note.recorded or note.text)


def is_traceable(document: Document) -> bool:
    """Whether every standard has a certificate on record and is a real one."""
    return not document.simulated and all(map(_certified, document.standards))


def _certified(standard: BoundInstrument) -> bool:
    return bool(standard.certificate and standard.certificate_digest)
