"""A new certificate against the one before it."""

import math
from collections.abc import Sequence
from datetime import date

import pytest

from station.files import parse_toml
from station.locale import translation
from station.metrology.reference import Certificate
from station.metrology.reference_file import CertificateFile
from station.register.entries import CertificateEntered
from station.register.equipment_plausibility import MOST, findings, jumps
from station.run.said import said

Point = tuple[float, float, float]


def made(
    points: Sequence[Point],
    *,
    number: str = "C1",
    dated: str = "2025-01-01",
    stability: str = "[{ days = 365, ppm = 10.0, floor = 1e-6 }]",
    unit: str = "V",
    extra: str = "",
) -> Certificate:
    rows = "".join(f"{{ nominal = {n}, deviation = {d}, U = {u} }}," for n, d, u in points)
    text = f"""
        [certificate]
        number = "{number}"
        issuer = "L"
        date = {dated}
        due = 2030-01-01
        standard = "S"
        serial = "1"
        traceability = "T"
        [[table]]
        quantity = "dc-voltage"
        unit = "{unit}"
        [[table.range]]
        low = -20.0
        high = 20.0
        stability = {stability}
        points = [{rows}]
        {extra}
        """
    return parse_toml(text.encode(), CertificateFile, name="x").to_certificate()


OLD: tuple[Point, ...] = ((1.0, 0.0, 4e-6), (10.0, 0.0, 30e-6))


def new(points: Sequence[Point], **changes: str) -> Certificate:
    return made(points, number="C2", dated=changes.pop("dated", "2025-12-01"), **changes)


# At 10 V: √(30² + 40²) = 50 µV, stability 10 ppm of 10 V + 1 µV = 101 µV: 151 µV are explained.
CASES: dict[str, tuple[Certificate, list[str]]] = {
    "no change": (new(OLD), []),
    "explained by U and stability": (new([(1.0, 0.0, 4e-6), (10.0, 150e-6, 40e-6)]), []),
    "a jump": (
        new([(1.0, 0.0, 4e-6), (10.0, 152e-6, 40e-6)]),
        [
            "dc-voltage 10 V: +0.000152 against C1, where √(U₁² + U₂²) = 5e-05 and the stability "
            "0.000101 let expect less (E_n = +3.04)."
        ],
    ),
    "a jump down": (new([(1.0, 0.0, 4e-6), (10.0, -1e-3, 30e-6)]), ["dc-voltage 10 V: -0.001"]),
    "a point between": (
        new([(1.0, 0, 4e-6), (5.0, 1e-3, 9e-6), (10.0, 0, 30e-6)]),
        ["5 V: +0.001"],
    ),
    "a point no more": (
        new([(1.0, 0.0, 4e-6)]),
        ["dc-voltage 10 V was certified by C1 and is not"],
    ),
    "U slipped a digit": (new([(1.0, 0.0, 4e-7), (10.0, 0.0, 30e-6)]), ["1 V: U = 4e-07; "]),
    "U nearly five times is not yet a slip": (new([(1.0, 0.0, 1.9e-5), (10.0, 0.0, 30e-6)]), []),
    "another unit": (new(OLD, unit="mV"), ["stated in mV; certificate C1 stated it in V"]),
    "not later": (new(OLD, dated="2025-01-01"), ["not later than certificate C1 of 2025-01-01"]),
    "longer than the stability is stated": (
        new([(1.0, 0.0, 4e-6), (10.0, 150e-6, 40e-6)], dated="2029-01-01"),
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_findings(name: str) -> None:
    certificate, expected = CASES[name]
    found = findings(made(OLD), certificate)
    assert len(found) == len(expected)
    for finding, words in zip(found, expected, strict=True):
        assert words in str(finding)


def test_without_stability_only_the_uncertainties_explain() -> None:
    old = made(OLD, stability="[]")
    assert findings(old, new([(1.0, 0.0, 4e-6), (10.0, 49e-6, 40e-6)])) == ()
    assert len(findings(old, new([(1.0, 0.0, 4e-6), (10.0, 51e-6, 40e-6)]))) == 1


def test_the_longest_stability_counts_where_none_covers_the_time() -> None:
    stated = "[{ days = 90, ppm = 1.0 }, { days = 365, ppm = 5.0 }]"
    (found,) = jumps(made([OLD[1]], stability=stated), new([OLD[1]], dated="2029-01-01"))
    assert found.stability == pytest.approx(50e-6)


def test_the_normalised_error() -> None:
    (found,) = jumps(made([OLD[1]]), new([(10.0, 100e-6, 40e-6)]))
    assert found.normalised == pytest.approx(2.0)
    assert found.is_plausible
    exact = made([(10.0, 0.0, 0.0)])
    assert jumps(exact, new([(10.0, 1e-6, 0.0)]))[0].normalised == math.inf
    assert jumps(exact, new([(10.0, 0.0, 0.0)]))[0].normalised == 0.0


def test_equations_are_compared_along_their_range() -> None:
    def thermometer(r0: float, dated: str) -> Certificate:
        extra = f"""
        [[equation]]
        quantity = "temperature"
        gives = "indication"
        unit = "Ω"
        argument_unit = "°C"
        low = 0.0
        high = 100.0
        function = "callendar"
        fit_uncertainty = 0.005
        coefficients = [
          {{ name = "R0", value = {r0}, u = 0.0 }},
          {{ name = "A", value = 3.9083e-3, u = 0.0 }},
          {{ name = "B", value = -5.775e-7, u = 0.0 }},
        ]
        stability = [{{ days = 730, floor = 0.01 }}]
        """
        return made(OLD, dated=dated, extra=extra)

    old = thermometer(100.0, "2025-01-01")
    assert findings(old, thermometer(100.001, "2025-06-01")) == ()
    found = findings(old, thermometer(100.2, "2025-06-01"))
    # 0.2 Ω of 100 Ω are half a kelvin.
    assert len(found) == 5
    assert str(found[0]).startswith("temperature 104.11033 Ω: -0.533")


def test_there_is_an_end_of_findings() -> None:
    many = [(1.0 + i / 10, 0.0, 1e-6) for i in range(60)]
    moved = [(nominal, 1.0, u) for nominal, _, u in many]
    found = findings(made(many), new(moved))
    assert len(found) == MOST + 1
    assert str(found[-1]) == "… and 40 more."


def test_findings_are_told_in_vietnamese_from_the_record() -> None:
    (finding,) = findings(made(OLD), CASES["another unit"][0])
    day = date(2026, 1, 1)
    entry = CertificateEntered(
        by="an",
        equipment="CAL-1",
        number="C2",
        issuer="L",
        document="d",
        source="certificate file",
        dated=day,
        due=day,
        findings=(str(finding),),
        said=(said(finding),),
    )
    kept = CertificateEntered.model_validate_json(entry.model_dump_json())
    vietnamese = "dc-voltage được ghi bằng mV; giấy chứng nhận C1 ghi bằng V."
    assert kept.sentences[0].told(translation("vi")) == vietnamese
    older = entry.model_copy(update={"said": ()})
    assert older.sentences[0].told(translation("vi")) == str(finding)
