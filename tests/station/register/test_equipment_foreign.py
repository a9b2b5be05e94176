"""What other laboratories write in many ways: taken to the digit, doubted, or refused by name."""

import base64
import hashlib
from typing import Any

import pytest

from station.certificate.reading import parse
from station.certificate.schema import schema_findings
from station.errors import BadInput
from station.register.imports import dcc
from station.register.imports.mapping import MappingFile, TableMapping
from tests.station.register.dcc_examples import (
    certificate,
    column,
    item_of,
    reals,
    result_of,
    table,
    thermometer,
)

X, ERR = "basic_measuredValue", "basic_measurementError"
NOM, REF = "basic_nominalValue", "basic_referenceValue"


def read(content: bytes, *, valid: bool = True, **said: Any) -> dcc.Certified:
    """Read a certificate that PTB's schema accepts, or else not."""
    mapping = MappingFile(table=(TableMapping(list="T", **said),)) if said else MappingFile()
    faults = [each.what for each in schema_findings(parse(content, name="x"))]
    assert (faults == []) is valid
    return dcc.read(content, name="x.xml", mapping=mapping)


def notes_of(content: bytes) -> list[str]:
    return [str(note) for note in read(content).notes]


def points(found: dcc.Certified) -> list[tuple[str, ...]]:
    return [
        tuple(str(value) for value in point.values())
        for each in found.tables[0]["range"]
        for point in each["points"]
    ]


def relative(quantity: str, values: str, unit: str) -> str:
    """A column with the share that its U is of each value."""
    share = reals(values, unit).replace("si:realListXMLList", "dcc:relativeUncertaintyXmlList")
    stated = f"<dcc:relativeUncertainty>{share}</dcc:relativeUncertainty></dcc:quantity>"
    return quantity.replace("</dcc:quantity>", stated)


NOMINAL = column("-10.0 100.0", "\\volt", kind=NOM)
FOUND = column("-10.0002 100.0030", "\\volt", kind=REF)

SHARES = {
    "percent": ("0.010 0.0020", "\\percent", ("0.001000020", "0.0020000600")),
    "millionths": ("12.0", "\\ppm", ("0.00012000240", "0.00120003600")),
    "a ratio of units": (
        "5 6", "\\micro\\volt\\per\\volt", ("0.0000500010", "0.0006000180"),
    ),
    "a number": ("1e-5", "\\one", ("0.000100002", "0.001000030")),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARES)
def test_a_relative_uncertainty_is_that_share_of_each_value(name: str) -> None:
    values, unit, expected = SHARES[name]
    content = certificate(table("T", NOMINAL, relative(FOUND, values, unit)))
    with pytest.raises(BadInput, match="the coverage factor of U is not stated"):
        read(content)
    assert [(u, k) for _, _, u, k in points(read(content, k="2.0"))] == [
        (expected[0], "2.0"), (expected[1], "2.0"),
    ]  # fmt: skip


def labelled(kind: str, content: str) -> str:
    named = f"<dcc:name><dcc:content>{kind}</dcc:content></dcc:name>"
    return f"<dcc:quantity>{named}{content}</dcc:quantity>"


COMPLEX = """<si:complex><si:valueReal>1</si:valueReal><si:valueImag>2</si:valueImag>
  <si:unit>\\ohm</si:unit></si:complex>"""

GOOD = (
    column("10 100", "\\volt", kind=X),
    column("0.1 0.2", "\\volt", kind=ERR, expanded="0.01"),
)


def test_what_is_no_real_number_is_named() -> None:
    content = certificate(table("T", *GOOD, labelled("impedance", COMPLEX)))
    assert "Not taken: complex 'impedance', no real number." in notes_of(content)


def test_a_file_in_a_certificate_is_named_with_its_digest() -> None:
    data = b"a,b\n1,2\n"
    file = f"""<dcc:byteData><dcc:fileName>x.csv</dcc:fileName><dcc:mimeType>text/csv</dcc:mimeType>
      <dcc:dataBase64>{base64.b64encode(data).decode()}</dcc:dataBase64>
      </dcc:byteData>"""
    content = certificate(table("T", *GOOD).replace("<dcc:data>", f"<dcc:data>{file}"))
    digest = hashlib.sha256(data).hexdigest()
    said = f"Not taken: dcc:byteData of 'T', SHA-256 of its content {digest}."
    assert said in notes_of(content)


def test_formulas_are_told_one_by_one_and_there_is_an_end() -> None:
    formula = "<dcc:formula><dcc:latex>a</dcc:latex></dcc:formula>"
    content = certificate(table("T", *GOOD).replace("<dcc:data>", "<dcc:data>" + formula * 30))
    notes = notes_of(content)
    assert sum("dcc:formula of 'T' (latex): it is not evaluated" in note for note in notes) == 20
    assert "Not taken: more elements like these." in notes


def test_a_constant_is_a_number_without_uncertainty() -> None:
    constant = f"""<dcc:quantity refType="{NOM}"><si:constant><si:value>10.0</si:value>
      <si:unit>\\volt</si:unit></si:constant></dcc:quantity>"""
    error = column("0.10", "\\milli\\volt", kind=ERR, expanded="0.010")
    assert points(read(certificate(table("T", constant, error)))) == [
        ("10.0", "-0.00010", "0.000010", "2")
    ]


def test_of_a_value_in_several_units_the_one_that_is_converted_is_taken() -> None:
    numbers = reals("14.504", "|psi") + reals("1.0000", "\\bar")
    hybrid = f'<dcc:quantity refType="{X}"><si:hybrid>{numbers}</si:hybrid></dcc:quantity>'
    error = column("50", "\\pascal", kind=ERR, expanded="20")
    found = read(certificate(table("T", hybrid, error)))
    assert points(found) == [("1.0000E+5", "-50", "20", "2")]


REFUSED = {
    "a negative U": (
        (GOOD[0], column("0.1 0.2", "\\volt", kind=ERR, expanded="0.01 -0.01")),
        "row 2: U = -0.01. An uncertainty is not negative",
    ),
    "a share of a temperature": (
        (
            column("10 20", "\\degreecelsius", kind=X),
            column("0.1 0.1", "\\percent", kind=ERR, expanded="0.01"),
        ),
        "% of a temperature says nothing",
    ),
    "a relative uncertainty of a temperature": (
        (
            column("10", "\\degreecelsius", kind=NOM),
            relative(column("10.1", "\\degreecelsius", kind=REF), "1", "\\percent"),
        ),
        "dcc:relativeUncertainty of .*a share of °C says nothing",
    ),
    "a relative uncertainty that is none": (
        (NOMINAL, relative(FOUND, "1 1", "\\volt")), "dcc:relativeUncertainty.*in V, which is no"
    ),
    "two uncertainties and none of the difference": (
        (
            column("10 20", "\\volt", kind=X, expanded="0.1"),
            column("10 20", "\\volt", kind=REF, expanded="0.001"),
        ),
        "two columns state an uncertainty, and none is that of their difference",
    ),
    "a frequency that is none": (
        (*GOOD, column("1 2", "\\second", kind="basic_frequency")), "a frequency in s"
    ),
    "a unit outside D-SI": (
        (column("10 20", "|psi", kind=X), GOOD[1]), r"table 1 \(T\), column .*'\|psi'"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_by_name(name: str) -> None:
    columns, words = REFUSED[name]
    with pytest.raises(BadInput, match=words):
        read(certificate(table("T", *columns)), valid=name != "a negative U")


def test_a_person_says_which_of_two_uncertainties_it_is() -> None:
    columns = (
        column("10 20", "\\volt", kind=X, expanded="0.1"),
        column("10 20", "\\volt", kind=REF, expanded="0.001"),
    )
    found = read(certificate(table("T", *columns)), U=X)
    assert [u for _, _, u, _ in points(found)] == ["0.1", "0.1"]


TWICE = table("T", *GOOD) + table("U", *GOOD)

DOUBTED: dict[str, tuple[bytes, str]] = {
    "found or indicated": (
        certificate(
            table(
                "T",
                column("10", "\\volt", kind=NOM),
                column("9", "\\volt", kind=X, expanded="1"),
            )
        ),
        "the sign of every deviation is wrong",
    ),
    "an error with the other sign": (
        certificate(
            table(
                "T",
                column("10.00", "\\volt", kind=REF),
                column("10.20", "\\volt", kind=X),
                column("-0.20", "\\volt", kind=ERR, expanded="0.01"),
            )
        ),
        "it states a deviation of 0.20, its own reference value and indication make -0.20",
    ),
    "no uncertainty at all": (
        certificate(table("T", GOOD[0], column("0 0", "\\volt", kind=ERR, expanded="0"))),
        "U = 0 is stated",
    ),
    "a slipped k": (
        certificate(table("T", GOOD[0], column("0 0", "\\volt", kind=ERR, expanded="1", k="20"))),
        "k = 20 is stated",
    ),
    "the same points twice": (
        certificate("", measurement=result_of(TWICE)),
        "and so does table 1",
    ),
    "no serial number, but somebody's number": (
        certificate(
            table("T", *GOOD),
            items=item_of("A").replace("manufacturer</dcc:issuer>", "owner</dcc:issuer>")
            .replace("Seriennummer", "Nummer").replace("Serial no.", "Number"),
        ),
        "is not called a serial number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTED)
def test_what_may_be_meant_otherwise_needs_a_person(name: str) -> None:
    content, words = DOUBTED[name]
    (doubt,) = read(content).doubts
    assert words in str(doubt)


def test_a_mapping_says_that_the_item_indicated_it() -> None:
    nominal = column("10", "\\volt", kind=NOM)
    content = certificate(table("T", nominal, column("9", "\\volt", kind=X, expanded="1")))
    found = read(content, nominal=X, actual=NOM)
    assert points(found) == [("9", "1", "1", "2")]
    assert found.doubts == ()


def test_an_honest_certificate_raises_no_doubt() -> None:
    assert read(thermometer()).doubts == ()


@pytest.mark.parametrize(
    "number", ["x" * 121, "A\u009b2J", "A\u202e1"], ids=["long", "steers a terminal", "reverses"]
)
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(BadInput, match=r"a number \(uniqueIdentifier\) of .* characters"):
        dcc.read_head(thermometer(number=number), name="x")


def single(name: str, value: str, expanded: str = "") -> str:
    """One coefficient, as a quantity of one number."""
    return column(value, "\\one", kind="basic_formulaParameter", name=name, expanded=expanded)


CALLENDAR = {
    "list": "T", "quantity": "temperature", "unit": "Ω", "argument_unit": "°C",
    "gives": "indication", "low": "0", "high": "400", "function": "callendar",
    "coefficients": {"R0": "R0", "A": "A", "B": "B"},
}  # fmt: skip


def with_equation(content: bytes, **changes: object) -> dcc.Certified:
    mapping = MappingFile.model_validate({"equation": [{**CALLENDAR, **changes}]})
    return dcc.read(content, name="x.xml", mapping=mapping)


def coefficients(u: str = "2.0e-7") -> bytes:
    stated = single("R0", "100.00300", "0.0010"), single("A", "3.9083e-3", u)
    return certificate(table("T", *stated, single("B", "-5.7750e-7", "4e-10")))


def test_coefficients_become_the_equation_that_a_person_names() -> None:
    found = with_equation(coefficients())
    (equation,) = found.equations
    assert [tuple(map(str, each.values())) for each in equation["coefficients"]] == [
        ("R0", "100.00300", "0.0005"), ("A", "0.0039083", "1.0E-7"), ("B", "-5.7750E-7", "2E-10"),
    ]  # fmt: skip
    (doubt,) = found.doubts
    assert "coefficients are taken as independent" in str(doubt)
    assert found.tables == ()


NO_EQUATION: dict[str, tuple[bytes, dict[str, object], str]] = {
    "no such table": (coefficients(), {"list": "X"}, "equation of 'X' is not there"),
    "no such column": (coefficients(), {"coefficients": {"R0": "R1"}}, "no column 'R1'"),
    "no uncertainty": (coefficients(""), {}, "coefficient A: no uncertainty"),
    "several values": (
        certificate(table("T", column("1 2", "\\one", name="R0", expanded="1"))),
        {"coefficients": {"R0": "R0"}},
        "coefficient R0: 2 values",
    ),
}


@pytest.mark.parametrize("name", NO_EQUATION)
def test_what_is_no_equation_is_refused(name: str) -> None:
    content, changes, words = NO_EQUATION[name]
    with pytest.raises(BadInput, match=words):
        with_equation(content, **changes)
