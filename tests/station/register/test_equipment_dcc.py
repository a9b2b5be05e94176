"""Certificates of other laboratories: every digit, every spelling, and nothing hostile."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from station.certificate.reading import LARGEST_XML, parse
from station.certificate.schema import schema_findings
from station.errors import BadInput
from station.locale import translation
from station.metrology.reference_file import CertificateFile
from station.register.imports import dcc
from station.register.imports.figures import decimal, scaled, unit
from station.register.imports.mapping import MappingFile, StatedStability, TableMapping
from station.register.toml_text import dumps, loads
from tests.station.register.dcc_examples import (
    certificate,
    column,
    item_of,
    result_of,
    table,
    thermometer,
)

VERSIONS = ("3.0.0", "3.1.0", "3.1.1", "3.1.2", "3.2.0", "3.2.1", "3.3.0")

Figures = list[tuple[str, ...]]


def read(content: bytes, *, serial: str | None = None, **said: Any) -> dcc.Certified:
    mapping = MappingFile(table=(TableMapping(**said),)) if said else MappingFile()
    return dcc.read(content, name="x.xml", mapping=mapping, serial=serial)


def figures(found: dcc.Certified) -> Figures:
    """The points of the first table as they would be written."""
    return [
        tuple(str(value) for value in point.values())
        for each in found.tables[0]["range"]
        for point in each["points"]
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_to_the_digit(version: str) -> None:
    content = thermometer(version)
    assert not [each.what for each in schema_findings(parse(content, name="x"))]
    found = read(content)
    assert found.source == f"DCC {version}"
    assert found.doubts == ()
    assert (found.tables[0]["quantity"], found.tables[0]["unit"]) == ("temperature", "°C")
    # The reference is in kelvin and °C, the error in kelvin; the correction is minus the error.
    assert figures(found) == [
        ("33.10", "-0.002", "0.061", "2.00"),
        ("99.98", "-0.009", "0.061", "2.00"),
        ("175.10", "0.003", "0.0610", "2.00"),
        ("250.20", "-0.0310", "0.080", "2.00"),
    ]


def test_the_head_is_read_in_english_where_there_is_some() -> None:
    head = dcc.read_head(thermometer(), name="x")
    assert (head.number, head.issuer) == ("GP-2026-7", "Example Calibration Laboratory")
    assert (head.title, head.maker, head.type) == ("Temperature sensor", "Sensor Works", "TS-100")
    assert (head.serial, head.dated.isoformat()) == ("SN-12", "2026-03-04")


X, ERR = "basic_measuredValue", "basic_measurementError"
NOM, REF = "basic_nominalValue", "basic_referenceValue"

TABLES: dict[str, tuple[tuple[str, ...], Figures]] = {
    "prefixes": (
        (
            column("100.0 1000.00", "\\milli\\volt", kind=X),
            column("-1.20 12.0", "\\micro\\volt", kind=ERR, expanded="2.0 3.50", k="2 2.1"),
        ),
        [
            ("0.1000", "0.00000120", "0.0000020", "2"),
            ("1.00000", "-0.0000120", "0.00000350", "2.1"),
        ],
    ),
    "reference minus indication": (
        (
            column("10.00012", "\\volt", kind=X),
            column("10.000153", "\\volt", kind=REF, expanded="0.000040"),
        ),
        [("10.00012", "0.000033", "0.000040", "2")],
    ),
    "a material measure: found minus nominal": (
        (
            column("100 200", "\\gram", kind=NOM),
            column("100.000012 199.99998", "\\gram", kind=X, expanded="0.000050 0.00010"),
        ),
        [("0.100", "1.2E-8", "5.0E-8", "2"), ("0.200", "-2E-8", "1.0E-7", "2")],
    ),
    "a source: setting and value found": (
        (
            column("5", "\\volt", kind=NOM),
            column("5.00002", "\\volt", kind=REF, expanded="0.00003"),
        ),
        [("5", "0.00002", "0.00003", "2")],
    ),
    "a correction": (
        (
            column("20.0", "\\hecto\\pascal", kind=X),
            column("-0.05", "\\hecto\\pascal", kind=f"{ERR}_correction", expanded="0.10"),
        ),
        [("2.00E+3", "-5", "10", "2")],
    ),
    "a relative error": (
        (
            column("-100 20", "\\volt", kind=X),
            column("12 -5", "\\micro\\volt\\per\\volt", kind=ERR, expanded="8.0 9"),
        ),
        [("-100", "-0.001200", "0.0008000", "2"), ("20", "0.000100", "0.000180", "2")],
    ),
    "the uncertainty in a column of its own": (
        (
            column("1.0 2.0", "\\ohm", kind=X),
            column("0.01 0.02", "\\ohm", kind=ERR),
            column("4 5", "\\milli\\ohm", kind="basic_uncertainty"),
        ),
        [],
    ),
    "one U for all": (
        (
            column("1.0 2.0", "\\kilo\\ohm", kind=X),
            column("10 20", "\\ohm", kind=ERR, expanded="4"),
        ),
        [("1.0E+3", "-10", "4", "2"), ("2.0E+3", "-20", "4", "2")],
    ),
    "ranges of the item": (
        (
            column("1 1 5", "\\volt", kind=X),
            column("1 10 10", "\\volt", kind="basic_measurementRange"),
            column("0.1 0.2 0.3", "\\milli\\volt", kind=ERR, expanded="0.1"),
        ),
        [
            ("1", "-0.0001", "0.0001", "2"),
            ("1", "-0.0002", "0.0001", "2"),
            ("5", "-0.0003", "0.0001", "2"),
        ],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_columns_become_points(name: str) -> None:
    columns, expected = TABLES[name]
    content = certificate(table("T", *columns))
    if expected:
        assert figures(read(content)) == expected
    else:
        with pytest.raises(BadInput, match="coverage factor of U is not stated"):
            read(content)
        assert figures(read(content, list="T", k=2)) == [
            ("1.0", "-0.01", "0.004", "2"),
            ("2.0", "-0.02", "0.005", "2"),
        ]


def test_lists_in_lists_with_their_frequency() -> None:
    def at(hertz: str, error: str) -> str:
        frequency = (
            '<dcc:quantity refType="basic_frequency"><si:real>'
            f"<si:value>{hertz}</si:value><si:unit>\\kilo\\hertz</si:unit></si:real></dcc:quantity>"
        )
        rows = column("1 2", "\\volt", kind=X) + column(
            error, "\\milli\\volt", kind=ERR, expanded="0.10"
        )
        return f"<dcc:list>{frequency}<dcc:list>{rows}</dcc:list></dcc:list>"

    nested = f"<dcc:list>{at('1', '0.10 0.20')}{at('20', '0.30 0.40')}</dcc:list>"
    content = certificate(
        f"<dcc:result><dcc:name><dcc:content>AC</dcc:content></dcc:name>"
        f"<dcc:data>{nested}</dcc:data></dcc:result>"
    )
    found = read(content)
    assert found.tables[0]["quantity"] == "ac-voltage"
    assert figures(found) == [
        ("1", "-0.00010", "0.00010", "2", "1E+3"),
        ("2", "-0.00020", "0.00010", "2", "1E+3"),
        ("1", "-0.00030", "0.00010", "2", "2.0E+4"),
        ("2", "-0.00040", "0.00010", "2", "2.0E+4"),
    ]


def test_a_mapping_reads_what_has_no_ref_types() -> None:
    content = certificate(
        table(
            "Gleichspannung",
            column("1 10", "\\volt", name="Einstellung"),
            column("1.000002 10.00003", "\\volt", name="Istwert"),
            column("5 40", "\\micro\\volt", name="U"),
        )
    )
    with pytest.raises(BadInput, match=r"Not taken: table 1 .*'Einstellung'.*mapping") as refused:
        read(content)
    told = refused.value.told(translation("vi"))
    assert "không dùng được bảng nào. Không lấy: bảng 1 (Gleichspannung), các cột 1 'Ein" in told
    stated = StatedStability(days=365, ppm=Decimal(11))
    found = read(
        content,
        list="gleichspannung",
        quantity="dc-voltage",
        nominal="Einstellung",
        actual="2",
        U="u",
        k=Decimal("2.05"),
        stability=(stated,),
    )
    assert figures(found) == [
        ("1", "0.000002", "0.000005", "2.05"),
        ("10", "0.00003", "0.000040", "2.05"),
    ]
    assert found.tables[0]["range"][0]["stability"] == [
        {"days": 365, "ppm": Decimal(11), "floor": Decimal(0)}
    ]


MAPPINGS: dict[str, tuple[dict[str, Any], str]] = {
    "no such column": ({"list": "1", "nominal": "Soll"}, "no column 'Soll'. Columns: 1 'A'"),
    "no such table": ({"list": "Strom"}, "mapping's table 'Strom' is not there"),
    "skipped": ({"list": "T", "skip": True}, "no table can be used"),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_does_not_fit_is_refused(name: str) -> None:
    said, words = MAPPINGS[name]
    columns = (
        column("1", "\\volt", kind=X, name="A"),
        column("0", "\\volt", kind=ERR, expanded="1"),
    )
    with pytest.raises(BadInput, match=words):
        read(certificate(table("T", *columns)), **said)


def test_of_two_items_the_one_that_is_named() -> None:
    items = item_of("A-1", identity="one") + item_of("A-2", identity="two")
    results = "".join(
        table(
            f"Results of {identity}",
            column("10", "\\degreecelsius", kind=X),
            column(error, "\\kelvin", kind=ERR, expanded="0.1"),
            refers=identity,
        )
        for identity, error in (("one", "0.01"), ("two", "0.02"))
    )
    content = certificate(results, items=items)
    with pytest.raises(BadInput, match=r"2 items\. Choose one with --serial"):
        read(content)
    with pytest.raises(BadInput, match=r"no item 'A-3', only A-1, A-2"):
        read(content, serial="A-3")
    assert [figures(read(content, serial=s)) for s in ("A-1", "A-2")] == [
        [("10", "-0.01", "0.1", "2")],
        [("10", "-0.02", "0.1", "2")],
    ]


def test_after_an_adjustment_the_last_results_hold() -> None:
    def results(error: str) -> str:
        return table(
            "T",
            column("10", "\\degreecelsius", kind=X),
            column(error, "\\kelvin", kind=ERR, expanded="0.1"),
        )

    both = result_of(results("0.5"), status="beforeAdjustment")
    both += result_of(results("0.01"), status="afterAdjustment")
    found = read(certificate("", measurement=both))
    assert figures(found) == [("10", "-0.01", "0.1", "2")]
    assert str(found.found[0]["range"][0]["points"][0]["deviation"]) == "-0.5"


def test_a_certificate_that_denies_traceability_is_doubted() -> None:
    statement = (
        b"<dcc:statements><dcc:statement><dcc:traceable>false</dcc:traceable></dcc:statement>"
        b"</dcc:statements></dcc:administrativeData>"
    )
    content = thermometer().replace(b"</dcc:administrativeData>", statement)
    (doubt,) = read(content).doubts
    assert str(doubt) == "It states itself that it is not traceable."


def test_what_is_not_taken_is_told() -> None:
    words = "<dcc:quantity><dcc:noQuantity><dcc:content>x</dcc:content></dcc:noQuantity>"
    formula = "<dcc:formula><dcc:latex>a</dcc:latex></dcc:formula>"
    content = thermometer().replace(b"<dcc:list>", f"<dcc:list>{words}</dcc:quantity>".encode())
    content = content.replace(b"<dcc:data><dcc:list>", f"<dcc:data>{formula}<dcc:list>".encode())
    found = read(content, list="Measuring results", stability=({"days": 9},))
    assert tuple(map(str, found.notes)) == (
        "Not taken: noQuantity 'Measuring results', no real number.",
        "Not taken: dcc:formula of 'Measuring results' (latex): it is not evaluated, a mapping "
        "states it as an [[equation]].",
        "The document is not signed.",
    )


UNCERTAINTIES = {
    "standard": (
        "<si:measurementUncertaintyUnivariateXMLList><si:standardMUXMLList>"
        "<si:valueStandardMUXMLList>0.010 0.020</si:valueStandardMUXMLList>"
        "</si:standardMUXMLList></si:measurementUncertaintyUnivariateXMLList>"
    ),
    "interval": (
        "<si:coverageIntervalXMLList><si:standardUncXMLList>0.010 0.020</si:standardUncXMLList>"
        "<si:intervalMinXMLList>0 1</si:intervalMinXMLList>"
        "<si:intervalMaxXMLList>2 3</si:intervalMaxXMLList>"
        "<si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList>"
        "</si:coverageIntervalXMLList>"
    ),
}


@pytest.mark.parametrize("name", UNCERTAINTIES)
def test_a_standard_uncertainty_is_u_with_k_of_one(name: str) -> None:
    stated = column("0.1 0.2", "\\volt", kind=ERR)
    stated = stated.replace("</si:realList", f"{UNCERTAINTIES[name]}</si:realList")
    content = certificate(table("T", column("1 2", "\\volt", kind=X), stated))
    assert not [each.what for each in schema_findings(parse(content, name="x"))]
    assert figures(read(content)) == [("1", "-0.1", "0.010", "1"), ("2", "-0.2", "0.020", "1")]


VOLT = "\\volt"


def _inner_lists(number: int) -> str:
    return f"<dcc:list>{column('1', VOLT)}</dcc:list>" * number


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "entity bomb": (
        lambda: (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            + thermometer().split(b"?>", 1)[1].replace(b"GP-2026-7", b"&b;")
        ),
        "document type declaration|entity",
    ),
    "external entity": (
        lambda: (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + thermometer().split(b"?>", 1)[1].replace(b"GP-2026-7", b"&a;")
        ),
        "document type declaration|entity",
    ),
    "depth": (
        lambda: certificate("<dcc:list>" * 5000 + "</dcc:list>" * 5000),
        "not well-formed XML: Excessive depth",
    ),
    "size": (lambda: thermometer() + b" " * LARGEST_XML, "at most 20000000"),
    "many tables": (
        lambda: certificate(table("T", column("1", "\\volt")) * 2001),
        "More than 2000 tables, 50000 columns are not read",
    ),
    "many columns": (
        lambda: certificate(table("T", *[column("1", "\\volt")] * 101)),
        "more than 100 columns are not read",
    ),
    "many rows": (
        lambda: certificate(table("T", column("1 " * 2001, "\\volt"))),
        "2001 values; at most 2000 are read",
    ),
    "many elements in one": (
        lambda: thermometer().replace(b"<dcc:data>", b"<dcc:data>" + b"<dcc:formula/>" * 5001),
        "more than 200000 elements, or 5000 in one",
    ),
    "many columns around many tables": (
        lambda: certificate(
            table("T", column("1", "\\volt") * 60, _inner_lists(1000)),
        ),
        "50000 columns are not read",
    ),
    "truncated": (lambda: thermometer()[:3000], "not well-formed"),
    "mis-encoded": (lambda: thermometer().replace("ü".encode(), b"\xfc"), "not well-formed"),
    "another document": (lambda: b"<svg/>", "not a DCC"),
    "version 2.4": (
        lambda: thermometer().replace(b'"3.3.0"', b'"2.4.0"'),
        "version '2.4.0'; 3.0 to 3.3 are read",
    ),
    "no number": (lambda: thermometer(number=" "), "a number"),
    "no day": (lambda: thermometer(dated="soon"), "'soon' is not a day"),
    "a number that is none": (
        lambda: thermometer().replace(b"99.98", b"99,98"),
        "'99,98' is not a number",
    ),
    "infinite": (lambda: thermometer().replace(b"99.98", b"INF"), "'INF' is not a number"),
    "an endless number": (
        lambda: thermometer().replace(b"99.98", b"9" * 5000),
        "is not a number",
    ),
    "an enormous number": (
        lambda: thermometer().replace(b"99.98", b"1e999"),
        "beyond what is calculated with",
    ),
    "columns of different lengths": (
        lambda: thermometer().replace(b"33.10 99.98", b"33.10"),
        "columns have 4, 3, 4 entries",
    ),
    "a unit of nobody": (
        lambda: thermometer().replace(b"\\degreecelsius</si:unit", b"|zoll</si:unit"),
        "unit '|zoll' is not one that the station converts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_broken_is_refused_in_a_sentence(name: str) -> None:
    make, words = HOSTILE[name]
    with pytest.raises(BadInput, match=words):
        read(make())


@pytest.mark.parametrize(
    ("text", "symbol", "power"),
    [
        ("\\volt", "V", 0),
        ("\\milli\\volt", "V", -3),
        ("\\mega\\ohm", "Ω", 6),
        ("\\pico\\farad", "F", -12),
        ("\\milli\\gram", "kg", -6),
        ("\\milli\\bar", "Pa", 2),
        ("\\micro\\volt\\per\\volt", "1", -6),
        ("\\metre\\tothe{3}\\per\\second", "m^3/s", 0),
        ("\\milli\\metre\\tothe{2}", "m^2", -6),
        ("\\percent", "%", 0),
        ("\\hour", "h", 0),
        ("\\litre\\per\\minute", "L/min", 0),
        ("\\mmHg", "mmHg", 0),
        ("\\kilo\\volt\\ampere", "V·A", 3),
    ],
)
def test_units(text: str, symbol: str, power: int) -> None:
    found = unit(text, "x")
    assert (found.symbol, found.power) == (symbol, power)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\\volt volt",
        "V",
        "\\milli",
        "\\furlong",
        "\\volt\\",
        "\\per",
        "\\milli\\milli\\volt",
        "\\volt\\milli",
        "\\milli\\per\\volt",
        "\\volt\\per\\per\\ohm",
        "\\milli\\tothe{2}\\volt",
        "|psi",
    ],
)
def test_units_that_are_none(text: str) -> None:
    with pytest.raises(BadInput, match="is not one that the station converts"):
        unit(text, "x")


def test_no_digit_is_lost_by_a_prefix() -> None:
    long = "-0.12345678901234567890123456789012345"
    assert str(scaled(decimal(long, "x"), -3)) == "-0.00012345678901234567890123456789012345"


def test_a_read_table_is_a_certificate_file_of_ours() -> None:
    """DCC → file → certificate: what was 0.0610 K is written so, and is 0.061 °C."""
    found = read(thermometer())
    head = {
        "number": "n", "issuer": "i", "date": found.head.dated, "due": found.head.dated,
        "standard": "s", "serial": "1", "traceability": "t",
    }  # fmt: skip
    text = dumps({"certificate": head, "table": list(found.tables)})
    assert "nominal = 175.10, deviation = 0.003, U = 0.0610, k = 2.00" in text
    assert dumps(loads(text.encode(), name="x")) == text
    made = CertificateFile.model_validate(loads(text.encode(), name="x")).to_certificate()
    value = made.at("temperature", 175.10)
    assert (value.value, value.standard_uncertainty) == (pytest.approx(175.103), 0.0305)
