"""The words of a page: headings of a table, names of things, the last line, digits, units."""

from dataclasses import dataclass
from typing import Any

import pytest

from station.certificate.dcc import render_dcc
from station.certificate.reading import elements, text_of
from station.run.entries import Concluded, ConclusionDrawn, Entry, RunBegun
from tests.station.certificate.gauges import Gauges
from tests.station.certificate.test_items import root_of, text


@dataclass(frozen=True)
class Worded(Gauges):
    """Gauges with something else planned, stated or concluded."""

    planned: tuple[tuple[str, Any], ...] = ()
    known_as: tuple[tuple[str, Any], ...] = ()
    unit: str = "bar"
    drawn: tuple[ConclusionDrawn, ...] = ()

    def begun(self) -> RunBegun:
        begun = super().begun()
        points = tuple(p.model_copy(update=dict(self.planned)) for p in begun.points)
        stated = tuple(
            i
            if i.role == "controller"
            else i.model_copy(
                update={"details": i.details | {"unit": self.unit}, **dict(self.known_as)}
            )
            for i in begun.instruments
        )
        return begun.model_copy(update={"points": points, "instruments": stated})

    def entries(self) -> list[Entry]:
        return [
            one.model_copy(update={"conclusions": self.drawn})
            if self.drawn and isinstance(one, Concluded)
            else one
            for one in super().entries()
        ]


def words(gauges: Gauges, dut: str = "dut") -> str:
    return " ".join(text(gauges.document(dut)).split())


HEADED = Worded(planned=(("headings", ("Reading, rising", "Reading, falling")),))


def test_a_procedure_words_the_headings() -> None:
    printed = words(HEADED)
    assert "Reading, rising" in printed
    assert "chiều giảm" in printed
    assert "Reference value" not in printed
    assert "Indication" not in printed
    root = root_of(HEADED.document("dut"))
    columns = {
        kind: text_of(root, f"//dcc:quantity[@refType='{kind}']/dcc:name/dcc:content[@lang='en']")
        for kind in ("station_comparedWith", "basic_measuredValue")
    }
    assert columns == {
        "station_comparedWith": "Reading, rising",
        "basic_measuredValue": "Reading, falling",
    }
    assert list(elements(root, "//dcc:quantity[@refType='basic_referenceValue']")) == []


def test_without_them_it_is_reference_and_indication() -> None:
    printed = words(Worded())
    assert "Reference value" in printed
    assert "Giá trị chỉ thị" in printed.replace("\xa0", " ")


def test_what_a_thing_is_stands_in_both_languages_and_nobody_is_its_maker() -> None:
    unknown = (("title", "Pressure gauge"), ("maker", ""), ("stated_model", ""))
    printed = words(Worded(known_as=unknown))
    assert "Áp kế Pressure gauge" in printed
    assert "Hãng sản xuất Manufacturer –" in printed
    assert "Kiểu Model –" in printed


@pytest.mark.parametrize(
    ("gauges", "dut", "last", "other"),
    [
        (Gauges(legal=True), "dut-2", "Hết thông báo End of notice", "End of certificate"),
        (Gauges(legal=True), "dut", "End of certificate", "End of notice"),
        (Gauges(), "dut", "End of certificate", "End of notice"),
    ],
    ids=["notice", "verification", "calibration"],
)
def test_the_last_line_says_what_ends(gauges: Gauges, dut: str, last: str, other: str) -> None:
    printed = words(gauges, dut)
    assert last in printed
    assert other not in printed


def drawn(name: str, title: str, value: float, unit: str) -> ConclusionDrawn:
    return ConclusionDrawn(
        name=name, title=title, value=value, unit=unit, expanded_uncertainty=None, source="formula"
    )


@pytest.mark.parametrize(
    ("conclusion", "shown"),
    [
        (drawn("share", "Largest share", 0.135165, "1"), ("0,135", "")),
        (drawn("scatter", "Scatter", 3.7371e-4, "kg"), ("374", "mg")),
        (drawn("zero", "Zero deviation", 0.0, "Pa"), ("0,000", "bar")),
        (drawn("width", "Width", 123456.0, "Pa"), ("1,23", "bar")),
        (drawn("r(A, B)", "r(A, B)", -0.99876543, "1"), ("−0,998765", "")),
        (drawn("C", "C", -4.183e-12, "1/°C⁴"), ("−4,183", "10⁻¹² 1/°C⁴")),
    ],
    ids=lambda case: getattr(case, "name", ""),
)
def test_three_digits_at_most_without_an_uncertainty(
    conclusion: ConclusionDrawn, shown: tuple[str, str]
) -> None:
    (line,) = Worded(drawn=(conclusion,)).document("dut").sections[0].further
    assert (line.value.shown, line.unit) == shown


@pytest.mark.parametrize(
    ("unit", "range_", "printed"),
    [
        ("bar", "10 bar", ("6", "0,026", "0,022")),
        ("mbar", "10000 mbar", ("6000", "26", "22")),
        ("kPa", "1000 kPa", ("600", "2,6", "2,2")),
        ("MPa", "1 MPa", ("0,6", "0,0026", "0,0022")),
    ],
)
def test_results_are_printed_in_the_unit_of_the_scale(
    unit: str, range_: str, printed: tuple[str, str, str]
) -> None:
    document = Worded(unit=unit).document("dut")
    (group,) = document.sections[0].tables[0].groups
    assert (group.range.vi, group.value_unit, group.error_unit) == (range_, unit, unit)
    line = group.lines[3]
    assert line.result is not None
    assert (
        line.nominal.shown,
        line.result.error.shown,
        line.result.uncertainty.shown,
    ) == printed
    # The XML has the SI unit, and the same digits.
    assert str(line.result.error.exact) == "2.6E+3"
    assert r"\bar" not in render_dcc(document).decode()


def test_a_unit_that_is_no_power_of_ten_is_left_to_the_xml() -> None:
    (group,) = Worded(unit="psi").document("dut").sections[0].tables[0].groups
    assert (group.value_unit, group.error_unit) == ("MPa", "kPa")
