"""A certificate as the register keeps it, as a DCC 3.3.0: a transcription, never the issuer's own.

Every table of the certificate file is a `dcc:list` named like its key; points are columns with the
public refTypes, so that anybody's program finds nominal value, correction, U and k. Numbers are
written with the digits that they are kept with. `station.register.imports.transcription` reads it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from station.certificate.dcc import PREFIX, VERSION, VOCABULARY
from station.certificate.texts import Text
from station.certificate.xml import DCC, SI, XSI, add, add_text, add_uncertainties, release
from station.errors import BadInput
from station.metrology.units import dsi_or_foreign
from station.register import entries as e
from station.register.imports.figures import LONGEST
from station.register.imports.transcription import (
    CERTIFICATE,
    COLUMNS,
    CORRECTION,
    LINK,
    MARK,
    POINTS,
)
from station.register.state import Equipment
from station.register.toml_text import Tree

if TYPE_CHECKING:
    from lxml.etree import _Element

UNITS = {"hertz": "Hz", "hertz_low": "Hz", "hertz_high": "Hz", "days": "d", "ppm": "ppm"}
OWN = ("nominal", "deviation", "nonlinearity", "hertz_nonlinearity", "floor", "fit_uncertainty")
"""What has the unit of the quantity; `low` and `high` have that of an equation's argument."""

NAME = Text("Bản chép lại", "Transcription")

DECLARATION = Text(
    "Đây là bản chép số liệu của giấy chứng nhận {number} do {issuer} cấp, lấy từ sổ thiết bị của "
    "phòng thí nghiệm giữ chuẩn. Đây không phải là giấy chứng nhận của nơi cấp và không được nơi "
    "cấp ký; chỉ bản gốc có giá trị. Xác suất phủ không có trong sổ; 0,95 chỉ đứng ở đó vì lược "
    "đồ đòi hỏi. SHA-256 của tệp được giữ: {digest}.",
    "This is a transcription of the figures of certificate {number} of {issuer}, from the "
    "equipment register of the laboratory that keeps the standard. It is not the issuer's "
    "certificate and not signed by the issuer; the original alone is valid. The register does not "
    "keep the coverage probability; 0.95 stands there because the schema wants one. SHA-256 of "
    "the kept file: {digest}.",
)

Unit = Callable[[str], str]
"""From the key of a number to its unit."""


def transcribe(equipment: Equipment, entered: e.CertificateEntered, tree: Tree) -> bytes:
    """Return a certificate file as the XML of a DCC; the same bytes every time.

    Args:
        equipment: whose certificate it is.
        entered: what the register says of the certificate.
        tree: the kept file, its decimals as written.

    Raises:
        BadInput: a coverage factor below 1, which D-SI has no place for.
    """
    from lxml import etree

    for point in _all_points(tree):
        if Decimal(point.get("k", 2)) < 1:
            raise BadInput(
                "Certificate {number}, point {nominal}: k = {k}; a DCC has no coverage "
                "factor below 1. Export it in another format.",
                number=entered.number,
                nominal=point["nominal"],
                k=point["k"],
            )
    root = etree.Element(
        f"{{{DCC}}}digitalCalibrationCertificate",
        {
            f"{{{XSI}}}schemaLocation": f"{DCC} {DCC}/v{VERSION}/dcc.xsd",
            "schemaVersion": VERSION,
        },
        nsmap={"dcc": DCC, "si": SI, "xsi": XSI},
    )
    part = add(root, "dcc:administrativeData")
    _software(add(part, "dcc:dccSoftware"))
    _ref_types(part)
    _who(part, equipment, entered)
    _statements(part, entered, _foreign(tree))
    _results(root, tree)
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _all_points(tree: Tree) -> Iterator[Tree]:
    for table in tree.get("table", []):
        for each in table["range"]:
            yield from each[POINTS]


def _software(programs: "_Element") -> None:
    from station.software import software

    name, _, version = software().rpartition(" ")
    program = add(programs, "dcc:software")
    add_text(program, "dcc:name", name)
    add(program, "dcc:release", release(version))
    add(program, "dcc:type", "application")


def _ref_types(part: "_Element") -> None:
    definitions = add(part, "dcc:refTypeDefinitions")
    for name, namespace, link in (
        ("DKD refType vocabulary", "basic", VOCABULARY),
        ("Calibration station, equipment register", PREFIX, LINK),
    ):
        definition = add(definitions, "dcc:refTypeDefinition")
        add_text(definition, "dcc:name", name)
        add(definition, "dcc:namespace", namespace)
        add(definition, "dcc:link", link)


def _who(part: "_Element", equipment: Equipment, entered: e.CertificateEntered) -> None:
    said = equipment.entered
    core = add(part, "dcc:coreData")
    add(core, "dcc:countryCodeISO3166_1", "VN")
    for language in ("vi", "en"):
        add(core, "dcc:usedLangCodeISO639_1", language)
    add(core, "dcc:mandatoryLangCodeISO639_1", "vi")
    add(core, "dcc:uniqueIdentifier", f"transcription of {entered.number}")
    add(core, "dcc:beginPerformanceDate", entered.dated.isoformat())
    add(core, "dcc:endPerformanceDate", entered.dated.isoformat())
    add(core, "dcc:performanceLocation", "other")
    item = add(add(part, "dcc:items"), "dcc:item")
    add_text(item, "dcc:name", said.title)
    add_text(add(item, "dcc:manufacturer"), "dcc:name", said.maker)
    add(item, "dcc:model", said.type)
    identification = add(add(item, "dcc:identifications"), "dcc:identification")
    add(identification, "dcc:issuer", "manufacturer")
    add(identification, "dcc:value", said.serial)
    add_text(identification, "dcc:name", Text("Số máy", "Serial number"))
    contact = add(add(part, "dcc:calibrationLaboratory"), "dcc:contact")
    add_text(contact, "dcc:name", entered.issuer)
    add_text(add(contact, "dcc:location"), "dcc:further", "–")
    person = add(add(part, "dcc:respPersons"), "dcc:respPerson")
    add_text(add(person, "dcc:person"), "dcc:name", entered.by)
    add(person, "dcc:role", "entered the certificate in the register; not the issuer's person")
    add(person, "dcc:mainSigner", "false")
    customer = add(part, "dcc:customer")
    add_text(customer, "dcc:name", "–")
    add_text(add(customer, "dcc:location"), "dcc:further", "–")


def _statements(part: "_Element", entered: e.CertificateEntered, foreign: Sequence[str]) -> None:
    statements = add(part, "dcc:statements")
    statement = add(statements, "dcc:statement", refType=MARK)
    add_text(statement, "dcc:name", NAME)
    words = {"number": entered.number, "issuer": entered.issuer, "digest": entered.document}
    said = Text(DECLARATION.vi.format(**words), DECLARATION.en.format(**words))
    add_text(statement, "dcc:declaration", said)
    for unit in foreign:
        statement = add(statements, "dcc:statement")
        add(statement, "dcc:nonSIDefinition", f"the unit {unit[1:]}, as the certificate states it")
        add(statement, "dcc:nonSIUnit", unit)


def _foreign(tree: Tree) -> list[str]:
    parts = [*tree.get("table", []), *tree.get("equation", [])]
    symbols = {part[key] for part in parts for key in ("unit", "argument_unit") if key in part}
    return sorted(unit for unit in map(dsi_or_foreign, symbols) if unit.startswith("|"))


def _results(root: "_Element", tree: Tree) -> None:
    result = add(add(root, "dcc:measurementResults"), "dcc:measurementResult")
    add_text(result, "dcc:name", NAME)
    method = add(add(result, "dcc:usedMethods"), "dcc:usedMethod")
    add_text(method, "dcc:name", "As the issuer's certificate states")
    _software(add(result, "dcc:usedSoftware"))
    condition = add(add(result, "dcc:influenceConditions"), "dcc:influenceCondition")
    add_text(condition, "dcc:name", "As the issuer's certificate states")
    text = add(add(condition, "dcc:data"), "dcc:text")
    add(text, "dcc:content", "–")
    results = add(result, "dcc:results")
    _part(results, CERTIFICATE, tree["certificate"], lambda key: "")
    for table in tree.get("table", []):
        _part(results, "table", table, _units(table["unit"], table["unit"]))
    for equation in tree.get("equation", []):
        unit, argument = equation["unit"], equation["argument_unit"]
        # Fit and stability are in the unit of the quantity, whichever of the two that is.
        own = argument if equation["gives"] == "indication" else unit
        _part(results, "equation", equation, _units(own, argument))


def _units(own: str, ends: str) -> Unit:
    known = UNITS | dict.fromkeys(OWN, own) | {"low": ends, "high": ends}
    return lambda key: known.get(key, "")


def _part(results: "_Element", key: str, part: Tree, unit: Unit) -> None:
    result = add(results, "dcc:result")
    add_text(result, "dcc:name", str(part.get("quantity", key)))
    _list(add(result, "dcc:data"), key, part, unit)


def _list(parent: "_Element", key: str, table: Mapping[str, Any], unit: Unit) -> None:
    """Append a table: its values first, then the tables in it."""
    rows = add(parent, "dcc:list", refType=f"{PREFIX}_{key}")
    add_text(rows, "dcc:name", key)
    inner = {name: value for name, value in table.items() if isinstance(value, list)}
    for name, value in table.items():
        if name not in inner:
            _scalar(rows, name, value, unit(name))
    for name, values in inner.items():
        if name == POINTS:
            for _, group in groupby(values, key=lambda point: sorted(point)):
                _points(rows, list(group), unit)
            continue
        for each in values:
            _list(rows, name, each if isinstance(each, Mapping) else _numbered(each), unit)


def _numbered(values: Sequence[Any]) -> Tree:
    """Return a row of a matrix, or a correlation, as a table."""
    return {str(number): value for number, value in enumerate(values)}


def _scalar(rows: "_Element", name: str, value: Any, unit: str) -> None:
    quantity = add(rows, "dcc:quantity", refType=f"{PREFIX}_{name}")
    add_text(quantity, "dcc:name", name)
    if isinstance(value, int | Decimal):
        real = add(quantity, "si:real")
        add(real, "si:value", _exact(value))
        add(real, "si:unit", dsi_or_foreign(unit))
    else:
        add_text(quantity, "dcc:noQuantity", str(value))


def _points(rows: "_Element", points: Sequence[Tree], unit: Unit) -> None:
    columns = add(rows, "dcc:list", refType=f"{PREFIX}_{POINTS}")
    add_text(columns, "dcc:name", POINTS)
    for key, kind in COLUMNS.items():
        if key not in points[0]:
            continue
        quantity = add(columns, "dcc:quantity", refType=kind)
        add_text(quantity, "dcc:name", key)
        reals = add(quantity, "si:realListXMLList")
        add(reals, "si:valueXMLList", " ".join(_exact(point[key]) for point in points))
        add(reals, "si:unitXMLList", dsi_or_foreign(unit(key)))
        if kind == CORRECTION:
            _uncertainties(reals, points)


def _uncertainties(reals: "_Element", points: Sequence[Tree]) -> None:
    # Without k it is 2 (`station.metrology.reference_file`).
    factors = [Decimal(point.get("k", 2)) for point in points]
    expanded = [Decimal(point["U"]) for point in points]
    add_uncertainties(reals, (), factors, Decimal("0.95"))
    place = reals.find(f".//{{{SI}}}valueExpandedMUXMLList")
    assert place is not None
    place.text = " ".join(map(_exact, expanded))


def _exact(value: int | Decimal) -> str:
    """Write a number with the digits it has, and an exponent where zeros would make some up."""
    value = Decimal(value)
    plain = f"{value:f}"
    made_up = value and int(value.as_tuple().exponent) > 0
    return str(value) if made_up or len(plain) > LONGEST else plain
