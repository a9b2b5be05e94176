"""Numbers beside peers in the same run: GTC, a hand-written numpy loop, and plain integration."""

import math
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from benchmarks.measure import Line, seconds_each
from station.metrology.inputs import normal
from station.metrology.limits import Limits
from station.metrology.monte_carlo import CHUNK, simulate
from station.metrology.risk import Population, global_risk
from station.metrology.uncertainty import Budget

NAMES = tuple("abcdefghijkl")
TRIALS = 1_000_000


def _product(a, b, c, d, e, f, g, h, i, j, k, l):  # type: ignore[no-untyped-def]  # noqa: E741
    return a * b * c / d * e * f / g * h * i / j * k * l


def budget() -> Line:
    import GTC
    from GTC.reporting import k_factor

    def ours() -> float:
        inputs = [
            normal(name, 1.0 + n / 10, standard_uncertainty=1e-5, dof=5.0 + n, source="benchmark")
            for n, name in enumerate(NAMES)
        ]
        return Budget("product", "1", _product, *inputs).evaluate().expanded_uncertainty

    def theirs() -> float:
        y = _product(*(GTC.ureal(1.0 + n / 10, 1e-5, 5.0 + n) for n in range(len(NAMES))))
        return k_factor(y.df, 95.45) * y.u

    return Line(
        "budget of 12 inputs, built and expanded",
        seconds_each(ours, times=2000),
        "GTC",
        seconds_each(theirs, times=500),
        "≤ 0.2",
    )


def _measurement() -> Budget:
    inputs = [
        normal(name, 1.0 + n / 10, standard_uncertainty=1e-2, source="benchmark")
        for n, name in enumerate(NAMES)
    ]
    return Budget("product", "1", _product, *inputs)


def _by_hand() -> tuple[float, float, float, float]:
    """Write the trials down as one would without this package: same chunk, same generator."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(1))
    values = np.empty(TRIALS)
    for start in range(0, TRIALS, CHUNK):
        size = min(CHUNK, TRIALS - start)
        drawn = [generator.normal(1.0 + n / 10, 1e-2, size) for n in range(len(NAMES))]
        values[start : start + size] = _product(*drawn)
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    values.sort()
    tail = int(0.02275 * TRIALS)
    return mean, deviation, float(values[tail]), float(values[-tail])


def monte_carlo() -> Line:
    measurement = _measurement()
    return Line(
        "Monte Carlo, 10⁶ trials × 12 inputs",
        seconds_each(lambda: simulate(measurement, trials=TRIALS, seed=1), times=1),
        "hand-written numpy loop",
        seconds_each(_by_hand, times=1),
        "≤ 1.15",
    )


def monte_carlo_with_two() -> Line:
    measurement = _measurement()
    return Line(
        "the same with two threads",
        seconds_each(lambda: simulate(measurement, trials=TRIALS, seed=1, workers=2), times=1),
        "with one",
        seconds_each(lambda: simulate(measurement, trials=TRIALS, seed=1), times=1),
        "< 1",
    )


def false_acceptance() -> Line:
    """Global risk in Suncal's documented case: N(9.5, 0.3), u = 0.1, limits 9 and 10.

    Suncal is GPL-3 and no dependency of ours: it is the peer where somebody has installed it
    beside us (`pip install suncal`), plain integration elsewhere.
    """
    limits, population, u = Limits(9.0, 10.0), Population(9.5, 0.3), 0.1
    peer, theirs, times = _suncal() if find_spec("suncal") else _double_integral(u)
    return Line(
        "global PFA and PFR of one point",
        seconds_each(lambda: global_risk(population, u, limits, limits), times=2000),
        peer,
        seconds_each(theirs, times=times),
        "≤ 0.2",
    )


def _suncal() -> tuple[str, Callable[[], object], int]:
    distributions = import_module("suncal.common.distributions")
    risk = import_module("suncal.risk.risk")
    process = distributions.get_distribution("normal", loc=9.5, std=0.3)
    test = distributions.get_distribution("normal", loc=0.0, std=0.1)
    return "Suncal, PFA alone", lambda: risk.PFA(process, test, 9.0, 10.0), 20


def _double_integral(u: float) -> tuple[str, Callable[[], object], int]:
    from scipy.integrate import dblquad

    def density(reading: float, error: float) -> float:
        prior = math.exp(-0.5 * ((error - 9.5) / 0.3) ** 2) / 0.3
        return prior * math.exp(-0.5 * ((reading - error) / u) ** 2) / u / (2.0 * math.pi)

    def integrate() -> float:
        beyond = dblquad(density, 10.0, 12.2, 9.0, 10.0)[0]
        return float(beyond + dblquad(density, 6.8, 9.0, 9.0, 10.0)[0])

    return "scipy dblquad, PFA alone", integrate, 3


def import_all() -> Line:
    """Import of every module of the uncertainty core, beside a Python that does nothing."""
    modules = "uncertainty, monte_carlo, conformity, risk, rounding, specification, multivariate"

    def start(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    return Line(
        "python -c 'from station.metrology import …'",
        seconds_each(lambda: start(f"from station.metrology import {modules}"), times=3, rounds=3),
        "python -c ''",
        seconds_each(lambda: start(""), times=3, rounds=3),
        "< 150 ms more",
    )


BENCHMARKS = (budget, monte_carlo, monte_carlo_with_two, false_acceptance, import_all)
