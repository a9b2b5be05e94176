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
    from station.metrology.report import Units
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
        BadInput: the file cannot be read, is ill-formed, or states an impossible budget; or the
            options contradict each other.
    """
    from station.metrology.budget_file import read_file
    from station.metrology.errors import BudgetError

    if args.adaptive and not args.monte_carlo:
        raise BadInput("--adaptive says when a simulation ends; add --monte-carlo")
    if args.csv and (args.monte_carlo or args.relative):
        raise BadInput("--csv is the budget table in full; use --json or --markdown for more")
    text = _text_of(args.file)
    try:
        file = read_file(text)
        budget, coverage = file.to_budget(), file.to_coverage()
        result = budget.evaluate(coverage)
        compared = _compare(budget, result, args) if args.monte_carlo else None
        printed = _printed(result, coverage, file.units(), compared, args)
    except BudgetError as error:
        raise BadInput("{path}: {error}", path=args.file, error=error) from error
    print(printed)
    return Exit.DONE


def _text_of(file: Path) -> str:
    from station.files import read_bytes

    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            "{path}: not UTF-8 text (byte {byte}). Save it as UTF-8.", path=file, byte=error.start
        ) from error


def _printed(
    result: "Result",
    coverage: "Coverage",
    units: "Units",
    compared: "tuple[MonteCarloResult, Validation] | None",
    args: argparse.Namespace,
) -> str:
    from station.metrology.report import Terms, as_csv, as_markdown, as_text

    terms = Terms.RELATIVE if args.relative else Terms.ABSOLUTE
    if args.json:
        return json.dumps(_as_json(result, coverage, units, compared), ensure_ascii=False, indent=2)
    if args.csv:
        return as_csv(result, units).rstrip("\r\n")
    comparison = _comparison(result, *compared, adaptive=args.adaptive) if compared else []
    if args.markdown:
        block = ["```", *comparison[1:], "```"] if comparison else []
        return "\n".join([as_markdown(result, terms, units), *block]).rstrip("\n")
    return "\n".join([as_text(result, terms, units), *_notes(result), *comparison])


def _compare(
    budget: "Budget", result: "Result", args: argparse.Namespace
) -> "tuple[MonteCarloResult, Validation]":
    from station.metrology.monte_carlo import simulate, simulate_adaptively, validate

    if args.adaptive:
        probability = result.coverage_probability
        # A fifth of the tolerance, which a validation asks for (JCGM 101:2008, 8.2).
        found = simulate_adaptively(
            budget,
            part=0.2,
            seed=args.seed,
            coverage=probability,
            most=args.trials,
            workers=args.workers,
        )
        verdict = validate(result, found.result)
        decided = verdict.decided or found.converged
        return found.result, replace(verdict, converged=found.converged, decided=decided)
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
    units: "Units",
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
        "contributions": [_line_as_json(line, units) for line in result.contributions],
    }
    if compared:
        document["monte_carlo"] = _monte_carlo_as_json(*compared)
    return document


def _line_as_json(line: "Contribution", units: "Units") -> dict[str, Any]:
    from station.metrology.report import drawn_as

    return {
        "name": line.name,
        "value": line.value,
        "unit": units.get(line.name, ""),
        "u": line.standard_uncertainty,
        "sensitivity": line.sensitivity,
        "contribution": line.contribution,
        "share": line.share,
        "dof": _finite(line.dof),
        "distribution": drawn_as(line),
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
        "uncertainty_of_ends": simulated.uncertainty_of_ends,
        "trials": simulated.trials,
        "seed": simulated.seed,
        "d_low": verdict.d_low,
        "d_high": verdict.d_high,
        "tolerance": verdict.tolerance,
        "validated": verdict.accepted,
        "converged": verdict.converged,
        "decided": verdict.decided,
    }


def _finite(number: float) -> float | None:
    """Return `number`, or None for what JSON cannot write: infinite or undefined."""
    return number if math.isfinite(number) else None


def _notes(result: "Result") -> list[str]:
    """Flag inputs that are uncertain and yet without effect: legitimate, but first order only."""
    flat = [line.name for line in result.contributions if line.sensitivity == 0.0]
    if not flat:
        return []
    return ["", f"{', '.join(flat)}: no effect to first order; compare with --monte-carlo"]


def _comparison(
    result: "Result", simulated: "MonteCarloResult", verdict: "Validation", *, adaptive: bool
) -> list[str]:
    from station.metrology.report import aligned

    gum = (
        result.value,
        result.standard_uncertainty,
        result.value - result.expanded_uncertainty,
        result.value + result.expanded_uncertainty,
    )
    drawn = (simulated.value, simulated.standard_uncertainty, simulated.low, simulated.high)
    shortest = (simulated.shortest_low, simulated.shortest_high)
    u = result.standard_uncertainty or simulated.standard_uncertainty
    columns = [[_to_place_of(number, u) for number in each] for each in (gum, drawn, shortest)]
    columns[2][:0] = ["", ""]  # the shortest interval has neither value nor u of its own
    rows = [
        (result.unit, "GUM", "Monte Carlo", "shortest interval"),
        *zip(("value", "u", "low", "high"), *columns, strict=True),
    ]
    return [
        "",
        *aligned(rows),
        f"{simulated.trials} trials, seed {simulated.seed}; ends known to"
        f" ± {f'{2.0 * simulated.uncertainty_of_ends:.2g} {result.unit}'.rstrip()} (k = 2)",
        *_reservations(simulated, verdict, adaptive=adaptive),
        f"JCGM 101 clause 8: differences {verdict.d_low:.3g} and {verdict.d_high:.3g},"
        f" tolerance {verdict.tolerance:.3g}: {_verdict(simulated, verdict)}",
    ]


def _reservations(
    simulated: "MonteCarloResult", verdict: "Validation", *, adaptive: bool
) -> list[str]:
    """Say what the simulation could not give."""
    from station.metrology.monte_carlo import more_trials

    said = []
    if math.isinf(simulated.standard_uncertainty):
        said.append("u is infinite: an input has two degrees of freedom or fewer")
    if adaptive and not verdict.converged:
        said.append(
            f"NOT CONVERGED when --trials ended it: not stable to a fifth of the tolerance;"
            f" {more_trials(simulated, verdict.tolerance)}"
        )
    return said


def _verdict(simulated: "MonteCarloResult", verdict: "Validation") -> str:
    """Say whether the methods agree, or how many trials would tell."""
    from station.metrology.monte_carlo import more_trials

    if verdict.decided or not verdict.tolerance:
        if verdict.accepted:
            return "agree"
        return "DO NOT AGREE: report the Monte Carlo interval"
    return f"NOT DECIDED: {more_trials(simulated, verdict.tolerance)}"


def _to_place_of(number: float, u: float) -> str:
    """Write a number to the place of four digits of u."""
    if math.isinf(number):
        return "∞"
    places = 3 - math.floor(math.log10(u)) if 0.0 < u < math.inf else 8
    return f"{number:.{max(places, 0)}f}" if places <= 12 else f"{number:.10g}"
