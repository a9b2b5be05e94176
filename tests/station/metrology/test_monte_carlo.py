import math

import numpy as np
import pytest

from station.metrology.coverage import Coverage
from station.metrology.errors import BudgetError
from station.metrology.functions import log
from station.metrology.inputs import (
    arcsine,
    constant,
    inexact_rectangular,
    normal,
    rectangular,
    trapezoidal,
    triangular,
)
from station.metrology.monte_carlo import (
    Interval,
    MonteCarloResult,
    _intervals,
    _sort_ends,
    _uncertainty_of_ends,
    numerical_tolerance,
    simulate,
    simulate_adaptively,
    validate,
)
from station.metrology.uncertainty import Budget

TRIALS = 200_000


def of(name, value=0.0, u=1.0, dof=math.inf):
    return normal(name, value, standard_uncertainty=u, dof=dof, source="test")


def alone(quantity):
    return Budget("y", "V", lambda x: x, quantity)


def test_a_linear_model_of_normal_inputs_agrees_with_propagation():
    budget = Budget("y", "V", lambda a, b: 2.0 * a - b, of("a", 10.0, 0.3), of("b", 3.0, 0.8))
    result = budget.evaluate(Coverage(0.95))
    verdict = validate(result, simulate(budget, seed=5, coverage=0.95), digits=1)
    assert verdict.tolerance == 0.05 or verdict.tolerance == 0.5
    assert verdict.accepted


@pytest.mark.parametrize(
    ("quantity", "bound"),
    [
        (rectangular("x", half_width=2.0, value=5.0, source="s"), 2.0),
        (triangular("x", half_width=2.0, value=5.0, source="s"), 2.0),
        (trapezoidal("x", half_width=2.0, top_ratio=0.4, value=5.0, source="s"), 2.0),
        (arcsine("x", half_width=2.0, value=5.0, source="s"), 2.0),
        (
            inexact_rectangular("x", half_width=2.0, limit_doubt=0.5, value=5.0, source="s"),
            2.5,
        ),
        (of("x", 5.0, 0.7), math.inf),
        (constant("x", 5.0, source="s"), 0.0),
    ],
    ids=lambda case: getattr(getattr(case, "distribution", None), "value", None),
)
def test_draws_have_the_stated_moments_and_bounds(quantity, bound):
    draws = quantity.draw(np.random.default_rng(3), TRIALS)
    u = quantity.standard_uncertainty
    assert np.mean(draws) == pytest.approx(5.0, abs=4.0 * u / math.sqrt(TRIALS))
    assert np.std(draws) == pytest.approx(u, rel=0.01)
    assert np.max(np.abs(draws - 5.0)) <= bound


def test_few_readings_are_drawn_from_a_t_distribution():
    simulated = simulate(alone(of("x", dof=5)), seed=2, trials=TRIALS)
    assert simulated.standard_uncertainty == pytest.approx(math.sqrt(5 / 3), rel=0.02)
    assert simulated.high == pytest.approx(2.6487, rel=0.02)  # t(0.97725, 5), GUM table G.2: 2.65


def test_a_t_without_variance_says_so():
    assert simulate(alone(of("x", dof=2)), seed=2, trials=TRIALS).standard_uncertainty == math.inf


def test_limits_in_doubt_are_drawn_too():
    # Half-width 1 ± 0.5: u² = a²/3 + d²/9 (JCGM 101:2008, 6.4.3), ν = 2.
    simulated = simulate(
        alone(rectangular("x", half_width=1.0, dof=2, source="s")), seed=1, trials=TRIALS
    )
    expected = math.sqrt(1 / 3 + 0.25 / 9)
    assert simulated.standard_uncertainty == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("r", "u"), [(1.0, 2.0), (-1.0, 0.0), (0.5, math.sqrt(3.0))])
@pytest.mark.parametrize("dof", [math.inf, 30.0])
def test_correlated_inputs_are_drawn_together(r, u, dof):
    budget = Budget(
        "y",
        "V",
        lambda a, b, c: a + b + c,
        of("a", dof=dof),
        of("b", dof=dof),
        constant("c", 0.0, source="s"),
        correlations={("a", "b"): r},
    )
    expected = u * (1.0 if math.isinf(dof) else math.sqrt(30 / 28))
    found = simulate(budget, seed=9, trials=TRIALS).standard_uncertainty
    assert found == pytest.approx(expected, rel=0.01, abs=1e-6)


def test_the_seed_decides_and_the_order_of_inputs_does_not():
    inputs = (of("a"), rectangular("b", half_width=1.0, source="s"))
    model = lambda a, b: a * b + a  # noqa: E731 - the model of both budgets
    one = simulate(Budget("y", "V", model, *inputs), seed=4, trials=10_000)
    assert one == simulate(Budget("y", "V", model, *reversed(inputs)), seed=4, trials=10_000)
    assert one != simulate(Budget("y", "V", model, *inputs), seed=5, trials=10_000)


def test_threads_and_progress_change_no_number():
    budget = Budget("y", "V", lambda a, b: a * b, of("a"), of("b", 2.0, 0.5, dof=9.0))
    told = []
    one = simulate(budget, seed=4, trials=25_000, chunk=10_000, progress=told.append)
    assert told == [10_000, 20_000, 25_000]
    told.clear()
    two = simulate(budget, seed=4, trials=25_000, chunk=10_000, workers=2, progress=told.append)
    assert told == [10_000, 20_000, 25_000]
    assert two == one


def test_an_error_in_a_thread_is_raised():
    budget = Budget("y", "V", lambda x: log(x), of("x", 1.0, 1.0))
    with pytest.raises(BudgetError, match="no finite value"):
        simulate(budget, seed=1, trials=100_000, workers=2)


@pytest.mark.parametrize("interval", Interval)
def test_the_adaptive_procedure_stops_when_the_digits_are_stable(interval):
    budget = Budget(
        "y",
        "V",
        lambda a, b: a + b,
        of("a", 3.0, 0.3),
        rectangular("b", half_width=1.0, source="s"),
    )
    told = []
    found = simulate_adaptively(
        budget, digits=2, seed=7, coverage=0.95, interval=interval, progress=told.append
    )
    assert found.converged
    # u = √(0.09 + 1/3) = 0.65: the second digit is 0.01, δ = 0.005 (JCGM 101:2008, 7.9.2).
    assert found.tolerance == pytest.approx(0.005)
    assert found.spread <= found.tolerance
    assert told == [10_000 * (h + 1) for h in range(found.blocks)]
    assert found.result.trials == told[-1]
    assert found.result.value == pytest.approx(3.0, abs=0.005)
    assert found.result.standard_uncertainty == pytest.approx(math.sqrt(0.09 + 1 / 3), abs=0.005)
    assert found == simulate_adaptively(budget, digits=2, seed=7, coverage=0.95, interval=interval)


def test_more_digits_and_a_validation_need_more_trials():
    budget = alone(of("x", u=0.95))
    one = simulate_adaptively(budget, digits=1, seed=1)
    two = simulate_adaptively(budget, digits=2, seed=1)
    for_validation = simulate_adaptively(budget, digits=2, part=0.2, seed=1)
    assert one.result.trials < two.result.trials < for_validation.result.trials
    assert for_validation.tolerance == pytest.approx(0.2 * two.tolerance)


def test_the_last_digits_of_many_seeds_are_stable():
    budget = alone(of("x", 0.0, 1.0))
    highs = [simulate_adaptively(budget, digits=2, seed=seed).result.high for seed in range(12)]
    # u = 1.0, δ = 0.05: each is within about one δ of 2.000 (twice a standard deviation).
    assert max(abs(high - 2.0) for high in highs) < 0.05


def test_what_does_not_converge_says_so():
    # A t with two degrees of freedom has no variance: u never settles.
    found = simulate_adaptively(alone(of("x", dof=2)), digits=2, seed=1, most=200_000)
    assert not found.converged
    assert found.spread > found.tolerance
    assert found.result.trials == 200_000


def test_a_certain_quantity_converges_at_once():
    found = simulate_adaptively(alone(constant("x", 5.0, source="s")), seed=1)
    assert (found.converged, found.blocks, found.result.value) == (True, 2, 5.0)


@pytest.mark.parametrize(
    "keys", [{"most": 10_000}, {"digits": 0}, {"part": 0.0}, {"coverage": 1.0}, {"seed": -1}]
)
def test_an_adaptive_run_without_sense_is_refused(keys):
    with pytest.raises(BudgetError):
        simulate_adaptively(alone(of("x")), **{"seed": 1, **keys})


@pytest.mark.parametrize("workers", [2, 3, 7])
@pytest.mark.parametrize("most", [10_000_000, 50_000])
def test_threads_change_no_number_of_an_adaptive_run(workers, most):
    budget = Budget("y", "V", lambda a, b: a * b, of("a"), of("b", 2.0, 0.5, dof=9.0))
    one, many = [], []
    alone = simulate_adaptively(budget, digits=1, seed=4, most=most, progress=one.append)
    found = simulate_adaptively(
        budget, digits=1, seed=4, most=most, workers=workers, progress=many.append
    )
    assert found == alone
    assert many == one


def test_an_error_in_a_thread_of_an_adaptive_run_is_raised():
    budget = Budget("y", "V", lambda x: log(x), of("x", 1.0, 1.0))
    with pytest.raises(BudgetError, match="no finite value"):
        simulate_adaptively(budget, seed=1, workers=2)


def test_an_adaptive_run_begins_few_blocks_that_it_does_not_use():
    drawn = []

    def model(x):
        drawn.append(np.size(x))
        return x + 0.0

    found = simulate_adaptively(
        Budget("y", "V", model, constant("x", 5.0, source="s")), seed=1, workers=3
    )
    assert found.blocks == 2
    assert 2 <= len(drawn) <= 2 + 4


@pytest.mark.parametrize("keys", [{"workers": 0}, {"chunk": 0}])
def test_no_worker_or_an_empty_chunk_is_refused(keys):
    with pytest.raises(BudgetError, match="at least one"):
        simulate(alone(of("x")), seed=1, trials=1000, **keys)


def test_the_shortest_interval_of_a_skewed_quantity():
    budget = Budget("y", "V", lambda x: x * x, of("x"))
    simulated = simulate(budget, seed=1, trials=TRIALS, coverage=0.95)
    assert simulated.shortest_low == pytest.approx(0.0, abs=1e-3)
    assert simulated.shortest_high == pytest.approx(1.959964**2, rel=0.02)
    length = simulated.shortest_high - simulated.shortest_low
    assert length < simulated.high - simulated.low


def test_the_ends_of_the_interval_know_how_sure_they_are():
    budget = alone(of("x"))
    found = [simulate(budget, seed=seed, trials=20_000, coverage=0.95) for seed in range(40)]
    scatter = np.std([each.high for each in found], ddof=1)
    # √(0.025·0.975/20 000)/φ(1.96) = 0.0189
    assert scatter == pytest.approx(0.0189, rel=0.3)
    assert np.mean([each.uncertainty_of_ends for each in found]) == pytest.approx(0.0189, rel=0.2)


@pytest.mark.parametrize(
    ("away", "uncertainty_of_ends", "accepted", "converged", "decided"),
    [
        (0.0, 0.02, True, False, True),
        (0.03, 0.02, True, False, False),
        (0.07, 0.02, False, False, False),
        (0.2, 0.02, False, False, True),
        (0.045, 0.004, True, True, True),
    ],
)
def test_a_validation_knows_whether_the_trials_suffice(
    away, uncertainty_of_ends, accepted, converged, decided
):
    # u = 1.0: δ = 0.05; converged where the ends are known to ± 0.01 (JCGM 101:2008, 8.2).
    result = alone(of("x")).evaluate(Coverage(0.95))
    half = result.expanded_uncertainty + away
    drawn = MonteCarloResult(0.0, 1.0, -half, half, -half, half, uncertainty_of_ends, 0.95, 1000, 1)
    found = validate(result, drawn)
    assert (found.accepted, found.converged, found.decided) == (accepted, converged, decided)
    assert found.tolerance == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("u", "digits", "tolerance"),
    [
        (35.655, 2, 0.5),
        (35.655, 1, 5.0),
        (0.0994, 2, 0.0005),
        (0.0998, 2, 0.005),
        (0.0999, 1, 0.05),
        (0.0, 2, 0.0),
    ],
)
def test_numerical_tolerance(u, digits, tolerance):
    assert numerical_tolerance(u, digits) == pytest.approx(tolerance)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (alone(of("x", dof=1)), "three readings"),
        (Budget("y", "V", lambda x: math.sin(x), of("x")), "functions"),
        (Budget("y", "V", lambda x: log(x), of("x", 1.0, 1.0)), "no finite value"),
        (
            Budget(
                "y",
                "V",
                lambda a, b: a + b,
                of("a"),
                rectangular("b", half_width=1.0, source="s"),
                correlations={("a", "b"): 0.1},
            ),
            "not normal",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(budget, words):
    with pytest.raises(BudgetError, match=words):
        simulate(budget, seed=1, trials=1000)


def test_too_few_trials_or_another_probability_are_refused():
    budget = alone(of("x"))
    with pytest.raises(BudgetError, match=r"at least 10⁴/\(1 - p\) = 219781 trials"):
        simulate(budget, seed=1, trials=10)
    with pytest.raises(BudgetError, match="a probability between 0 and 1"):
        simulate(budget, seed=1, trials=1000, coverage=95)
    with pytest.raises(BudgetError, match="seed -1"):
        simulate(budget, seed=-1, trials=1000)
    with pytest.raises(BudgetError, match="at most"):
        simulate(budget, seed=1, trials=10**12)
    with pytest.raises(BudgetError, match="same probability"):
        validate(budget.evaluate(), simulate(budget, seed=1, trials=10_000, coverage=0.99))


@pytest.mark.parametrize("coverage", [0.3, 0.5, 0.9, 0.95, 0.9545, 0.999])
@pytest.mark.parametrize("trials", [2_001, 10_000])
def test_sorting_the_ends_alone_changes_no_interval(coverage, trials):
    draws = np.random.default_rng(8).standard_exponential(trials)
    everything = np.sort(draws)
    _sort_ends(draws, coverage)
    assert _intervals(draws, coverage) == _intervals(everything, coverage)
    assert _uncertainty_of_ends(draws, coverage) == _uncertainty_of_ends(everything, coverage)


def test_no_trials_are_advised_that_are_refused():
    budget = Budget("y", "V", lambda x: x, normal("x", 0.0, standard_uncertainty=1.0, source="s"))
    with pytest.raises(BudgetError, match="use a smaller probability"):
        simulate(budget, seed=1, trials=100_000, coverage=0.99999)
