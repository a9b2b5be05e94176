"""`station budget`: evaluate an uncertainty budget written as JSON."""

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.metrology.coverage import Coverage
    from station.metrology.monte_carlo import MonteCarloResult, Validation
    from station.metrology.report import Terms
    from station.metrology.uncertainty import Budget, Contribution, Result

TRIALS = 1_000_000
SEED = 1


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "budget", help="evaluate an uncertainty budget (GUM; Monte Carlo)"
    )
    parser.add_argument("file", type=Path, metavar="FILE.json")
    parser.add_argument("--monte-carlo", action="store_true", help="compare with JCGM 101")
    parser.add_argument("--trials", type=int, default=TRIALS, help=f"default {TRIALS}")
    parser.add_argument(
        "--adaptive",
        action="store_true",
        help="end when two digits are stable, at the latest after --trials",
    )
    parser.add_argument("--workers", type=int, default=1, help="threads; default 1")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--relative", action="store_true", help="uncertainties relative to values")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--csv", action="store_true", help="print the budget table as CSV")
    form.add_argument("--markdown", action="store_true", help="print it as Markdown")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the budget's table, and with `--monte-carlo` both results side by side.

    Raises:
        BadInput: the file cannot be read, is ill-formed, or states an impossible budget.
    """
    from station.metrology.budget_file import read_budget
    from station.metrology.errors import BudgetError

    try:
        text = args.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{args.file}: cannot be read: {error}; name a budget file") from error
    try:
        budget, coverage = read_budget(text)
        result = budget.evaluate(coverage)
        compared = _compare(budget, result, args) if args.monte_carlo else None
        printed = _printed(result, coverage, compared, args)
    except BudgetError as error:
        raise BadInput(f"{args.file}: {error}") from error
    print(printed)
    return Exit.DONE


def _printed(
    result: "Result",
    coverage: "Coverage",
    compared: "tuple[MonteCarloResult, Validation] | None",
    args: argparse.Namespace,
) -> str:
    from station.metrology.report import Terms, as_csv, as_markdown

    terms = Terms.RELATIVE if args.relative else Terms.ABSOLUTE
    if args.json:
        return json.dumps(_as_json(result, coverage, compared), ensure_ascii=False, indent=2)
    if args.csv:
        return as_csv(result).rstrip("\r\n")
    comparison = _comparison(result, *compared) if compared else []
    if args.markdown:
        block = ["```", *comparison[1:], "```"] if comparison else []
        return "\n".join([as_markdown(result, terms), *block]).rstrip("\n")
    return _as_text(result, comparison, terms)


def _compare(
    budget: "Budget", result: "Result", args: argparse.Namespace
) -> "tuple[MonteCarloResult, Validation]":
    from station.metrology.monte_carlo import simulate, simulate_adaptively, validate

    if args.adaptive:
        probability = result.coverage_probability
        # A fifth of the tolerance, which a validation asks for (JCGM 101:2008, 8.2).
        found = simulate_adaptively(
            budget, part=0.2, seed=args.seed, coverage=probability, most=args.trials
        )
        return found.result, replace(validate(result, found.result), converged=found.converged)
    simulated = simulate(
        budget,
        trials=args.trials,
        seed=args.seed,
        coverage=result.coverage_probability,
        workers=args.workers,
    )
    return simulated, validate(result, simulated)


def _as_json(
    result: "Result",
    coverage: "Coverage",
    compared: "tuple[MonteCarloResult, Validation] | None",
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "quantity": result.quantity,
        "unit": result.unit,
        "value": result.value,
        "u": result.standard_uncertainty,
        "U": result.expanded_uncertainty,
        "k": result.k,
        "nu_eff": _finite(result.dof),
        "coverage": {"k": coverage.k} if coverage.k else coverage.probability,
        "coverage_probability": result.coverage_probability,
        "coverage_reason": result.coverage_reason.value,
        "contributions": [_line_as_json(line) for line in result.contributions],
    }
    if compared:
        document["monte_carlo"] = _monte_carlo_as_json(*compared)
    return document


def _line_as_json(line: "Contribution") -> dict[str, Any]:
    return {
        "name": line.name,
        "value": line.value,
        "u": line.standard_uncertainty,
        "sensitivity": line.sensitivity,
        "contribution": line.contribution,
        "share": line.share,
        "dof": _finite(line.dof),
        "distribution": line.distribution.value,
        "source": line.source,
    }


def _monte_carlo_as_json(simulated: "MonteCarloResult", verdict: "Validation") -> dict[str, Any]:
    return {
        "value": simulated.value,
        "u": _finite(simulated.standard_uncertainty),
        "low": simulated.low,
        "high": simulated.high,
        "shortest_low": simulated.shortest_low,
        "shortest_high": simulated.shortest_high,
        "trials": simulated.trials,
        "seed": simulated.seed,
        "d_low": verdict.d_low,
        "d_high": verdict.d_high,
        "tolerance": verdict.tolerance,
        "validated": verdict.accepted,
        "converged": verdict.converged,
    }


def _finite(number: float) -> float | None:
    """Return `number`, or None for what JSON cannot write: infinite or undefined."""
    return number if math.isfinite(number) else None


def _as_text(result: "Result", comparison: list[str], terms: "Terms") -> str:
    from station.metrology.report import as_text

    return "\n".join([as_text(result, terms), *_notes(result), *comparison])


def _notes(result: "Result") -> list[str]:
    """Flag inputs that are uncertain and yet without effect: legitimate, but first order only."""
    flat = [line.name for line in result.contributions if line.sensitivity == 0.0]
    if not flat:
        return []
    return ["", f"{', '.join(flat)}: no effect to first order; compare with --monte-carlo"]


def _comparison(
    result: "Result", simulated: "MonteCarloResult", verdict: "Validation"
) -> list[str]:
    from station.metrology.report import aligned

    low = result.value - result.expanded_uncertainty
    high = result.value + result.expanded_uncertainty
    gum = (result.value, result.standard_uncertainty, low, high)
    drawn = (simulated.value, simulated.standard_uncertainty, simulated.low, simulated.high)
    rows = [("", "GUM", f"Monte Carlo, {simulated.trials} trials, seed {simulated.seed}")]
    names = ("value", "u", "low", "high")
    rows += [
        (name, f"{one:.8g}", f"{other:.8g}")
        for name, one, other in zip(names, gum, drawn, strict=True)
    ]
    sure = "" if verdict.converged else "; use more trials where a difference is near the tolerance"
    word = "agree" if verdict.accepted else "DO NOT AGREE: report the Monte Carlo interval"
    return [
        "",
        *aligned(rows),
        f"shortest interval  {simulated.shortest_low:.8g} … {simulated.shortest_high:.8g}",
        f"JCGM 101 clause 8: differences {verdict.d_low:.3g} and {verdict.d_high:.3g},"
        f" tolerance {verdict.tolerance:.3g}: {word}{sure}",
    ]
