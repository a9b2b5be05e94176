"""The languages of the Truevolt multimeters.

Sources: Truevolt Series Operating and Service Guide; identity as captured from a 34465A; options,
counts and what belongs to which model from microsoft/Qcodes (Keysight_344xxA_submodules.py).
"""

from collections.abc import Mapping

from simulators.hp_multimeter.dialect import (
    FUNCTIONS,
    NAMES,
    OVERLOAD_BITS,
    Dialect,
    Feature,
    HpSettings,
)
from simulators.multimeter.habits import Habits
from simulators.multimeter.specification import Measurand

TRUEVOLT = frozenset({
    Feature.ABORT, Feature.READING_MEMORY, Feature.OPERATION, Feature.LICENCES, Feature.REMOTE,
    Feature.NULL, Feature.SAMPLE_TIMER, Feature.PROBES,
})  # fmt: skip
DIGITIZING = TRUEVOLT | {Feature.DIGITIZING}
FIRMWARE = "A.03.03-03.15-03.03-00.52-03-02"  # form as captured from a 34465A


CAPACITANCE = {"CAPacitance": Measurand.CAPACITANCE}  # not on a 34460A (from memory, unverified)


def dialect(
    model: str,
    *,
    most: float,
    features: frozenset[Feature],
    more: Mapping[str, Measurand] = CAPACITANCE,
) -> Dialect:
    """Return the language of `model`, with counts up to `most`."""
    return Dialect(
        habits=Habits(
            identity=f"Keysight Technologies,{model},{{serial}},{FIRMWARE}",
            fresh=HpSettings,
            names=NAMES,
            overload_bits=OVERLOAD_BITS,
        ),
        functions=FUNCTIONS | dict(more),
        scpi_version="1994.0",  # from memory, unverified
        options="0,0,0,0,0",  # form as captured from a 34465A
        places=range(5),
        most_triggers=most,
        most_samples=most,
        text_length=40,  # from memory, unverified
        features=features,
    )
