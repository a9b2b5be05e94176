"""The uncertainty budget beside GTC's."""

from benchmarks.measure import Line, seconds_each
from station.metrology.inputs import normal
from station.metrology.uncertainty import Budget

NAMES = tuple("abcdefghijkl")


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


BENCHMARKS = (budget,)
