import argparse
import csv
import io
import json
import re
from pathlib import Path

import pytest

from station.cli import budget
from station.errors import BadInput

DOCUMENTED = Path(__file__).parents[3] / "docs" / "examples" / "budget.json"
EXAMPLES = Path(__file__).parents[1] / "metrology" / "worked-examples.json"


@pytest.fixture
def run(tmp_path):
    def run_on(content, *options):
        file = tmp_path / "budget.json"
        if content is not None:
            file.write_text(content, encoding="utf-8")
        parser = argparse.ArgumentParser()
        budget.add_parser(parser.add_subparsers())
        args = parser.parse_args(["budget", str(file), *options])
        return args.run(args)

    return run_on


def example(name, **keys):
    entries = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    entry = next(entry for entry in entries if entry["id"] == name)
    return json.dumps({**entry, **keys}, indent=1)


def test_gauge_block_as_json(run, capsys):
    assert run(example("GUM-H1", coverage=0.99), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["value"] == pytest.approx(50000838)
    assert printed["u"] == pytest.approx(31.66, abs=0.01)
    assert printed["nu_eff"] == pytest.approx(16.75, abs=0.01)
    assert printed["k"] == pytest.approx(2.92, abs=0.005)
    assert printed["U"] == pytest.approx(92.5, abs=0.05)
    assert printed["coverage"] == 0.99
    assert [line["name"] for line in printed["contributions"]][:2] == ["lS", "d0"]
    assert printed["contributions"][6]["dof"] is None
    assert "monte_carlo" not in printed


def test_an_input_without_first_order_effect_is_flagged(run, capsys):
    run(example("GUM-H1"))
    assert "alphaS, thetabar, Delta: no effect to first order" in capsys.readouterr().out
    run(example("EA-S9"))
    assert "no effect" not in capsys.readouterr().out


def test_hand_held_multimeter_as_text(run, capsys):
    assert run(example("EA-S9", coverage=0.95, unit="V")) == 0
    printed = capsys.readouterr().out
    assert "k      1.645  (dominant rectangular, p = 95.00 %)" in printed
    assert "U      0.04866 V" in printed
    assert "ν_eff  ∞" in printed
    table = printed.splitlines()[2:7]
    assert (
        len(
            {
                line.index(word)
                for line, word in zip(
                    table[1:], ("constant", "normal", "rectangular", "rectangular"), strict=True
                )
            }
        )
        == 1
    )


ALL = [
    entry["id"]
    for entry in json.loads(EXAMPLES.read_text(encoding="utf-8"))
    if entry["category"] in ("gum", "monte_carlo", "budget", "interpolation", "drift")
]


# A model in prose, and a value "each reading": see test_worked_examples.py for both.
NOT_A_FILE = {"GUM-H4": "not an expression", "KESSEL-RANGE": "inputs.2.value"}


@pytest.mark.parametrize("name", ALL)
def test_every_example_straight_from_its_entry(run, capsys, name):
    if name in NOT_A_FILE:
        with pytest.raises(BadInput, match=NOT_A_FILE[name]):
            run(example(name))
        return
    assert run(example(name), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    entry = json.loads(example(name))
    expected = entry["expected"].get("u") or entry["recomputed"].get("guf_u") or None
    if expected:
        allowed = 2 * entry["tolerance"].get("u", 0.0) or 1e-6 * expected
        assert printed["u"] == pytest.approx(expected, abs=allowed)
    assert [line["unit"] for line in printed["contributions"]].count("") <= 1
    for form in ((), ("--markdown",), ("--adaptive",)):
        assert run(example(name), "--monte-carlo", "--trials", "20000", *form) == 0
        assert "JCGM 101 clause 8" in capsys.readouterr().out
    assert run(example(name), "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert float(rows[-1]["u"]) == printed["u"]


def test_the_table_as_csv_and_as_markdown(run, capsys):
    run(example("EA-S9", unit="V", coverage=0.95), "--csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["quantity"] for row in rows][:4] == ["ViX", "VS", "dViX", "dVS"]
    assert float(rows[2]["u"]) == pytest.approx(0.05 / 3**0.5, rel=1e-12)
    assert rows[4]["source"] == "dominant rectangular"
    run(example("EA-S9", unit="V", coverage=0.95), "--markdown")
    printed = capsys.readouterr().out
    assert "| dViX | 0 | V | 0.02887 | ∞ | rectangular | 1 | 0.02887 | 95.3 % |" in printed
    assert "- U: 0.04866 V" in printed


@pytest.mark.parametrize(("most", "converged"), [(1_000_000, True), (20_000, False)])
def test_an_adaptive_comparison_says_whether_it_converged(run, capsys, most, converged):
    options = ("--monte-carlo", "--adaptive", "--trials", str(most), "--json")
    run(example("JCGM101-9.2.4", coverage=0.95), *options)
    printed = json.loads(capsys.readouterr().out)["monte_carlo"]
    assert printed["converged"] is converged
    assert printed["decided"] or not converged
    assert printed["trials"] <= most
    for form in options[:-1], (*options[:-1], "--markdown"):
        run(example("JCGM101-9.2.4", coverage=0.95), *form)
        text = capsys.readouterr().out
        assert ("NOT CONVERGED when --trials ended it" in text) is not converged
        assert ("; use at least 10⁴/(1 - p) = 200000 trials" in text) is not converged


def test_the_trials_advised_make_an_adaptive_comparison_converge(run, capsys):
    stated = DOCUMENTED.read_text(encoding="utf-8")
    options = ("--monte-carlo", "--adaptive", "--workers", "2")
    run(stated, *options, "--trials", "250000")
    said = re.search(r"NOT CONVERGED.*; about (\d+) are enough", capsys.readouterr().out)
    run(stated, *options, "--trials", said[1])
    assert "NOT CONVERGED" not in capsys.readouterr().out


def test_relative_terms(run, capsys):
    run(example("QUAM-A1"), "--relative")
    printed = capsys.readouterr().out
    assert "u(y)/|y|" in printed
    assert "u      0.000833" in printed  # 0.8352/1002.70
    with pytest.raises(BadInput, match="nothing is relative"):
        run(example("JCGM101-9.2.2"), "--relative")


def test_both_methods_side_by_side(run, capsys):
    stated = example("JCGM101-9.3", coverage=0.95)
    assert run(stated, "--monte-carlo", "--trials", "100000", "--seed", "3", "--json") == 0
    printed = json.loads(capsys.readouterr().out)["monte_carlo"]
    assert printed["u"] == pytest.approx(0.0754, abs=0.001)
    assert (printed["trials"], printed["seed"]) == (100000, 3)
    assert printed["validated"] is False
    assert run(stated, "--monte-carlo", "--trials", "20000") == 0
    assert "DO NOT AGREE" in capsys.readouterr().out
    assert run(example("JCGM101-9.2.2"), "--monte-carlo", "--trials", "3000000") == 0
    assert capsys.readouterr().out.strip().endswith(": agree")
    assert run(example("JCGM101-9.2.2"), "--monte-carlo", "--trials", "20000") == 0
    assert "NOT DECIDED: use at least 10⁴/(1 - p) = 219781 trials" in capsys.readouterr().out


def test_what_is_not_decided_is_told_how_many_trials_decide_it(run, capsys):
    # Flat and normal, so that k·u is wrong by about the tolerance.
    flat = {"name": "flat", "distribution": "rectangular", "half_width": 1.7}
    inputs = [{"name": "normal", "std_uncertainty": 1}, flat]
    stated = json.dumps({"model": "normal + flat", "inputs": inputs, "coverage": 0.95})
    run(stated, "--monte-carlo", "--trials", "250000")
    said = re.search(
        r"NOT DECIDED: use more trials; about (\d+) are enough", capsys.readouterr().out
    )
    assert run(stated, "--monte-carlo", "--json", "--trials", said[1], "--workers", "2") == 0
    assert json.loads(capsys.readouterr().out)["monte_carlo"]["decided"] is True


def test_too_few_trials_are_told_the_same_number_whether_or_not_they_run(run, capsys):
    stated = DOCUMENTED.read_text(encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        run(stated, "--monte-carlo", "--trials", "0")
    run(stated, "--monte-carlo", "--trials", "100")
    verdict = capsys.readouterr().out.partition("NOT DECIDED: ")[2].strip()
    assert verdict.startswith("use at least 10⁴/(1 - p) = 219781 trials")
    assert str(refused.value).endswith(f"; {verdict}")
    run(stated, "--monte-carlo", "--trials", "219781")
    assert "DO NOT AGREE" in capsys.readouterr().out


def test_the_uncertainty_of_the_ends_says_its_coverage_factor(run, capsys):
    options = ("--monte-carlo", "--trials", "20000")
    stated = DOCUMENTED.read_text(encoding="utf-8")
    run(stated, *options, "--json")
    u = json.loads(capsys.readouterr().out)["monte_carlo"]["uncertainty_of_ends"]
    run(stated, *options)
    assert f"ends known to ± {2 * u:.2g} V (k = 2)" in capsys.readouterr().out


@pytest.mark.parametrize("form", [(), ("--csv",), ("--markdown",), ("--json",)], ids=str)
def test_readings_are_called_t_in_every_form(run, capsys, form):
    run(DOCUMENTED.read_text(encoding="utf-8"), *form)
    printed = capsys.readouterr().out
    if form == ("--json",):
        lines = json.loads(printed)["contributions"]
        assert [line["distribution"] for line in lines][:3] == ["t", "rectangular", "normal"]
        return
    words = [
        re.split(r"[,|]| {2,}", line) for line in printed.splitlines() if "four readings" in line
    ]
    assert [word.strip() for word in words[0]].count("t") == 1


def test_the_comparison_has_the_digits_of_u(run, capsys):
    run(example("EA-S2", unit="g"), "--monte-carlo", "--trials", "20000")
    lines = capsys.readouterr().out.splitlines()
    heading = next(i for i, line in enumerate(lines) if line.startswith("g      GUM"))
    rows = [line.split() for line in lines[heading + 1 : heading + 5]]
    assert [row[0] for row in rows] == ["value", "u", "low", "high"]
    assert rows[1][1] == "0.02926"
    assert {len(number.partition(".")[2]) for row in rows for number in row[1:]} == {5}
    assert [len(row) for row in rows] == [3, 3, 4, 4]


def test_a_quantity_without_variance_says_why_u_is_infinite(run, capsys):
    run(example("EA-S6"), "--monte-carlo", "--trials", "20000")
    printed = capsys.readouterr().out
    assert "u      0.01618  ∞" in printed
    assert "two degrees of freedom or fewer" in printed


def test_readings_taken_together_agree_with_their_t_distribution(run, capsys):
    # ν = n - 1 = 3: the marginal t of a sum of means read together, JCGM 101:2008, 6.4.9.
    stated = json.dumps(
        {
            "model": "mean(p)",
            "inputs": [{"name": "g", "value": 2, "distribution": "constant"}],
            "raw_data": {"a": [1.0, 1.4, 1.1, 0.9], "b": [3.0, 2.1, 2.7, 3.3]},
            "series": {"p": "g*a + b"},
        }
    )
    assert run(stated, "--monte-carlo", "--json", "--trials", "400000", "--workers", "2") == 0
    printed = json.loads(capsys.readouterr().out)
    half = 0.5 * (printed["monte_carlo"]["high"] - printed["monte_carlo"]["low"])
    assert half == pytest.approx(printed["U"], rel=0.02)
    assert printed["nu_eff"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--adaptive",), "add --monte-carlo"),
        (("--csv", "--monte-carlo"), "--json or --markdown"),
        (("--csv", "--relative"), "--json or --markdown"),
        (("--monte-carlo", "--trials", "0"), "219781 trials"),
        (("--monte-carlo", "--trials", "-5"), "219781 trials"),
        (("--monte-carlo", "--trials", "1000000000"), "100000000 at most"),
        (("--monte-carlo", "--workers", "0"), "0 workers: state at least one"),
        (("--monte-carlo", "--seed", "-1"), "seed -1"),
        (("--monte-carlo", "--adaptive", "--trials", "100"), "two blocks being the least"),
    ],
)
def test_options_that_contradict_each_other(run, options, words):
    with pytest.raises(BadInput, match=words):
        run(example("EA-S9"), *options)


def of(model, **keys):
    """Return a file of inputs x, with `keys`, and y."""
    x = {"name": "x", "std_uncertainty": 0.1, "value": 1, **keys}
    y = {"name": "y", "std_uncertainty": 0.1, "value": 2}
    return json.dumps({"model": model, "inputs": [x, y]}, indent=1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"cannot be read \(No such file or directory\)\. Check the name"),
        (
            json.dumps({"model": "x", "inputs": [{"name": "x", "readings": [1.0]}]}),
            r"1 reading\(s\) .* state value, std_uncertainty .* and dof in place of readings",
        ),
        (
            json.dumps({"model": "mean(a)", "inputs": [], "raw_data": {"a": [1.0]}}),
            r"1 reading\(s\) .* or state its standard uncertainty from earlier readings, with ν$",
        ),
        ("{", "line 1"),
        ('{"model": "x + y", "inputs": []}', "column 1"),
        (
            '{"model": "1/x", "inputs": [{"name": "x", "std_uncertainty": 1}]}',
            "cannot be evaluated",
        ),
        (of("x"), "does not use: y"),
        (of("x + y + z"), "column 9: 'z' is not an input; inputs are x, y"),
        (of("x + y", std_uncertainty=-0.1), "std_uncertainty is -0.1"),
        (of("x + y", std_uncertainty=float("nan")), "line 6: inputs.0.std_uncertainty: .*finite"),
        (of("x + y", value=float("inf")), "line 7: inputs.0.value: .*finite"),
        (of("x + y", distribution="rectanglar"), "did you mean 'rectangular'"),
        (of("sinh(x) + y"), "'sinh' is not a function here; there are sqrt"),
        (of("x.__class__ + y"), "'x.__class__' is not understood; only numbers"),
        (of("(" * 10_000 + "x + y" + ")" * 10_000), "20005 characters; at most 4000"),
        (of("(" * 300 + "x + y" + ")" * 300), "not an expression"),
        (of("y" + " + x" * 990), "too many terms"),
        (of("x**9**9**9 + y"), "cannot be evaluated"),
        (of("x*1e400 + y"), "not finite"),
        (of("exp(1000*x) + y"), "cannot be evaluated"),
        (json.dumps({**json.loads(of("x + y")), "correlations": [["x", "y", 1.1]]}), "-1 … 1"),
        (json.dumps({**json.loads(of("x + y")), "correlations": [["x", "q", 0.1]]}), "'q'"),
        (
            json.dumps({**json.loads(of("x + y", dof=4)), "correlations": [["x", "y", 0.1]]}),
            r"x \(ν = 4\), y \(ν = ∞\)",
        ),
    ],
)
def test_a_bad_file_says_what_and_where(run, content, words):
    with pytest.raises(BadInput, match=words) as refused:
        run(content)
    assert "budget.json" in str(refused.value)
    assert "Errno" not in str(refused.value)
    assert refused.value.exit == 2


def test_a_file_that_is_no_text_says_which_byte(run, tmp_path):
    (tmp_path / "budget.json").write_bytes(b'{"title": "\xb0C"}')
    with pytest.raises(BadInput, match=r"budget.json: not UTF-8 text \(byte 11\)"):
        run(None)
