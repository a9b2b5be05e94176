import csv
import io
import math

import pytest

from station.metrology.coverage import COVERAGE_95
from station.metrology.errors import BudgetError
from station.metrology.inputs import constant, normal, readings, rectangular, triangular
from station.metrology.report import Terms, as_csv, as_markdown, as_text, summary, table, value_text
from station.metrology.uncertainty import Budget

POWER = Budget(
    "power | of a load",
    "W",
    lambda U, I, d: U * I + d,  # noqa: N803, E741 - as in the law
    normal("U", 10.0, standard_uncertainty=0.02, dof=9, source="certificate 1|2"),
    normal("I", 2.0, standard_uncertainty=0.01, source='meter, "B"'),
    rectangular("d", half_width=0.05, source="drift"),
)
RESULT = POWER.evaluate(COVERAGE_95)


def test_every_line_explains_itself():
    heading, *rows = table(RESULT)
    assert heading[0] == "quantity"
    assert rows[0] == (
        "U",
        "10",
        "0.02",
        "9",
        "t",
        "2",
        "0.04",
        f"{100 * 0.0016 / (0.0016 + 0.01 + 0.0025 / 3):.1f} %",
        "certificate 1|2",
    )
    assert [row[0] for row in rows] == ["U", "I", "d"]


@pytest.mark.parametrize(
    ("quantity", "name"),
    [
        (readings("x", [1.0, 1.1, 1.2], source="run"), "t"),
        (normal("x", 1.0, standard_uncertainty=0.1, dof=4, source="s"), "t"),
        (normal("x", 1.0, standard_uncertainty=0.1, source="s"), "normal"),
        (rectangular("x", half_width=0.1, value=1.0, source="s"), "rectangular"),
        (rectangular("x", half_width=0.1, value=1.0, dof=8, source="s"), "inexact rectangular"),
        (triangular("x", half_width=0.1, value=1.0, dof=8, source="s"), "triangular"),
        (constant("x", 1.0, source="s"), "constant"),
    ],
    ids=lambda each: each if isinstance(each, str) else f"{each.distribution.value}-{each.dof:g}",
)
def test_an_input_is_called_what_it_is_drawn_as(quantity, name):
    result = Budget("y", "V", lambda x: x, quantity).evaluate()
    assert table(result)[1][4] == name
    assert next(csv.DictReader(io.StringIO(as_csv(result))))["distribution"] == name
    assert f"| {name} |" in as_markdown(result)


def test_relative_terms_are_parts_of_the_estimates():
    _, voltage, current, drift = table(RESULT, Terms.RELATIVE)
    assert voltage[2] == "0.002"
    assert current[2] == "0.005"
    assert voltage[5] == current[5] == "1"  # a product: relative sensitivities are exponents
    assert voltage[6] == "0.002"
    assert drift[2] == drift[5] == ""  # nothing is relative to zero
    assert dict(summary(RESULT, Terms.RELATIVE))["u"] == (
        f"{RESULT.standard_uncertainty / 20.0:.4g}"
    )


@pytest.mark.parametrize(
    ("value", "u", "text"),
    [
        (10005.666666667, 0.7149, "10005.6667"),
        (7.000227462, 0.004083, "7.000227"),
        (10.000000123456, 1e-9, "10.000000123456"),
        (1.726620896e-05, 1.755e-06, "1.72662e-05"),
        (-50000.0, 2000.0, "-50000"),
        (123456.0, 1e5, "123456"),
        (0.1, 0.02957, "0.1"),
        (1.0, 1e-300, "1"),
        (100.1, 0.0, "100.1"),
        (0.0, 0.3, "0"),
    ],
)
def test_a_value_is_written_to_the_place_of_its_uncertainty(value, u, text):
    assert value_text(value, u) == text


def test_the_result_is_also_written_as_it_is_reported():
    assert dict(summary(RESULT))["y ± U"] == "(20.00 ± 0.22) W"
    assert "y ± U" not in dict(summary(RESULT, Terms.RELATIVE))
    certain = Budget("y", "V", lambda x: x, constant("x", 1.0, source="s")).evaluate()
    assert "y ± U" not in dict(summary(certain))


def test_units_of_the_inputs_have_a_column_where_they_are_told():
    units = {"U": "V", "I": "A"}
    assert [row[2] for row in table(RESULT, units=units)] == ["unit", "V", "A", ""]
    assert {len(row) for row in table(RESULT, units=units)} == {10}
    assert "| U | 10 | V | 0.02 |" in as_markdown(RESULT, units=units)
    rows = list(csv.DictReader(io.StringIO(as_csv(RESULT, units))))
    assert [row["unit"] for row in rows] == ["V", "A", "", "W"]


def test_csv_keeps_every_digit():
    rows = list(csv.DictReader(io.StringIO(as_csv(RESULT))))
    assert len(rows) == 4
    for row, line in zip(rows[:3], RESULT.contributions, strict=True):
        assert float(row["u"]) == line.standard_uncertainty
        assert float(row["dof"]) == line.dof
        assert float(row["contribution"]) == line.contribution
        assert row["source"] == line.source
    assert float(rows[3]["U"]) == RESULT.expanded_uncertainty
    assert (rows[3]["unit"], rows[3]["quantity"]) == ("W", "power | of a load")
    assert math.fsum(float(row["share"]) for row in rows[:3]) == pytest.approx(1.0)


def test_markdown_is_one_table():
    text = as_markdown(RESULT)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 5
    unescaped = [line.replace("\\|", "") for line in lines]
    assert {line.count("|") for line in unescaped} == {10}
    assert "certificate 1\\|2" in text
    assert text.endswith("W\n")


def test_text_is_aligned():
    lines = as_text(RESULT).splitlines()
    column = lines[2].index("distribution")
    assert [line[column:].split()[0] for line in lines[3:6]] == ["t", "normal", "rectangular"]


def test_nothing_is_relative_to_zero():
    nil = Budget("y", "V", lambda x: 0.0 * x, constant("x", 1.0, source="s")).evaluate()
    with pytest.raises(BudgetError, match="relative"):
        summary(nil, Terms.RELATIVE)


def test_what_the_first_order_does_not_see_is_said():
    inputs = tuple(normal(n, 0.0, standard_uncertainty=0.1, source="s") for n in "abc")
    result = Budget("y", "V", lambda a, b, c: a * b + c, *inputs).evaluate()
    assert summary(result)[-1] == (
        "note",
        "a, b: sensitivity 0, their u is not in U; compare with Monte Carlo",
    )
    seen = Budget("y", "V", lambda c: 2 * c, inputs[2]).evaluate()
    assert "note" not in dict(summary(seen))
