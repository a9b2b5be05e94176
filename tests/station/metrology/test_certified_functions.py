"""Each named function of certificates against the formula it stands for."""

import numpy as np
import pytest

from station.metrology.certified_functions import CERTIFIED_FUNCTIONS
from station.metrology.physics.iec60751 import PT100
from station.metrology.physics.its90 import reference_ratio
from station.metrology.physics.its90_deviation import FORMS, Subrange, deviation

PLATINUM = {"R0": 100.0, "A": 3.9083e-3, "B": -5.775e-7, "C": -4.183e-12}

# Resistances (Ω) of a Pt100, computed independently from IEC 60751's equation.
RESISTANCES = {
    -200.0: 18.5201,
    -100.0: 60.2558,
    -50.0: 80.3063,
    0.0: 100.0,
    50.0: 119.3971,
    100.0: 138.5055,
    400.0: 247.0920,
    850.0: 390.4811,
}


@pytest.mark.parametrize("name", ["callendar-van-dusen", "callendar"])
@pytest.mark.parametrize("celsius", RESISTANCES)
def test_callendar(name, celsius):
    function = CERTIFIED_FUNCTIONS[name]
    values = [PLATINUM[each] for each in function.coefficients]
    found = function.resistance_ohm(celsius, *values)
    if celsius >= function.low_celsius:
        assert found == pytest.approx(RESISTANCES[celsius], abs=5.1e-5)
        assert found == PT100.resistance_ohm(celsius)
    else:
        assert found != pytest.approx(RESISTANCES[celsius], abs=5.1e-5)


@pytest.mark.parametrize("subrange", list(Subrange), ids=lambda each: each.name)
def test_its90_meets_its_definition_throughout(subrange):
    function = CERTIFIED_FUNCTIONS[f"its90-deviation-{subrange.value}"]
    assert function.coefficients == ("RTPW", *FORMS[subrange].names)
    coefficients = [-3e-4, -2e-5, 1e-6, 3e-6, -2e-7, 1e-7, -1e-9][: len(FORMS[subrange].names)]
    for celsius in np.linspace(function.low_celsius, function.high_celsius, 25).tolist():
        ratio = function.resistance_ohm(celsius, 25.5, *coefficients) / 25.5
        expected = reference_ratio(celsius + 273.15) + deviation(subrange, coefficients, ratio)
        assert ratio == pytest.approx(expected, rel=0, abs=1e-12)
