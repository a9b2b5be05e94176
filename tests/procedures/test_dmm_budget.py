"""The budget of `dmm` against the published one, and what readings look like after a mistake."""

import pytest

from procedures.electrical.dmm_budget import error_of_indication
from procedures.electrical.plausible import suspicion
from station.metrology.coverage import Coverage
from station.procedure import StandardValue


def test_hand_held_multimeter_of_ea_4_02() -> None:
    """EA-4/02 M:2022, supplement S9: 0.10 V ± 0.05 V with k = 1.65 at 100 V."""
    applied = StandardValue(100.0, 0.002 / 2, "certificate", 0.011, "specification")
    budget = error_of_indication("V", 0.0, 0.1, [100.1] * 5, applied)
    result = budget.evaluate(Coverage(0.95))
    assert result.value == pytest.approx(0.1, abs=1e-9)
    assert result.standard_uncertainty == pytest.approx(0.029574764, rel=1e-6)
    assert result.k == pytest.approx(1.65, abs=0.005)
    assert result.expanded_uncertainty == pytest.approx(0.05, abs=0.0015)
    contributions = {c.name: abs(c.contribution) for c in result.contributions}
    assert contributions["applied"] == pytest.approx(0.001, abs=1e-9)
    assert contributions["resolution"] == pytest.approx(0.029, abs=2e-4)
    assert contributions["drift"] == pytest.approx(0.0064, abs=2e-4)


def test_a_single_reading_may_have_flickered() -> None:
    applied = StandardValue(100.0, 0.001, "certificate", 0.011, "specification")
    once = error_of_indication("V", 0.0, 0.1, [100.1], applied).evaluate(Coverage(0.95))
    often = error_of_indication("V", 0.0, 0.1, [100.1] * 5, applied).evaluate(Coverage(0.95))
    assert once.standard_uncertainty > 2.0 * often.standard_uncertainty


def test_a_certificate_of_few_degrees_of_freedom_has_them_in_the_budget() -> None:
    applied = StandardValue(100.0, 1.0, "certificate", 0.0, "none", dof=5.0)
    result = error_of_indication("V", 0.0, 0.001, [100.0] * 5, applied).evaluate()
    assert result.dof == pytest.approx(5.0, rel=1e-3)
    assert result.k > 2.5


STEADY = [5.0001, 5.0, 5.0002, 5.0001, 5.0]


@pytest.mark.parametrize(
    ("nominal", "values", "said"),
    [
        pytest.param(5.0, STEADY, "", id="good"),
        pytest.param(5.0, [5.04] * 5, "", id="out of its limits"),
        pytest.param(0.0, [1e-6, -2e-6, 0.0, 1e-6], "", id="short circuit"),
        pytest.param(5.0, [-v for v in STEADY], "leads swapped", id="leads swapped"),
        pytest.param(5.0, [1e-5, -1e-5] * 3, "terminals the right ones", id="wrong terminal"),
        pytest.param(5.0, [5e-3] * 3, "power of ten", id="thousandfold less"),
        pytest.param(0.005, [5.0] * 3, "power of ten", id="wrong unit"),
        pytest.param(5.0, [7.0] * 3, "far off", id="another output"),
        pytest.param(5.0, [4.99, 4.995, 4.998, 4.999, 5.0], "creep", id="not settled"),
    ],
)
def test_usual_mistakes(nominal: float, values: list[float], said: str) -> None:
    found = suspicion(nominal, 0.01, values)
    assert said in found
    assert bool(found) == bool(said)
