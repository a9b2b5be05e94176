"""In which unit an item's results are printed where its scale is not in the SI unit.

The XML has SI units always. Only units that are a power of ten of the SI unit are here: the digits
of a result are then the same in both, and nothing is rounded twice.
"""

from collections.abc import Mapping

from station.metrology.rounding import Scaled
from station.run.state import RunState

PRESSURES = {
    name: Scaled(name, exponent)
    for name, exponent in {"Pa": 0, "hPa": 2, "mbar": 2, "kPa": 3, "bar": 5, "MPa": 6}.items()
}

Own = Mapping[str, Scaled]
"""SI unit → the unit of the item's scale."""


def own_units(state: RunState) -> Own:
    """Return the unit that the bench file states of the only item of `state`; else nothing."""
    begun = state.begun
    assert begun is not None
    stated = next((i.details.get("unit") for i in begun.instruments if i.role == begun.dut), None)
    return {"Pa": PRESSURES[stated]} if stated in PRESSURES else {}
