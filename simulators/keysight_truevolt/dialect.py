"""The languages of the Truevolt multimeters.

Sources: Truevolt Series Operating and Service Guide; identity as captured from a 34465A; options,
counts and what belongs to which model from microsoft/Qcodes (Keysight_344xxA_submodules.py).
"""

from simulators.hp_multimeter.dialect import (
    FUNCTIONS,
    NAMES,
    OVERLOAD_BITS,
    Dialect,
    Feature,
    HpSettings,
)
from simulators.multimeter.habits import Habits

TRUEVOLT = frozenset({
    Feature.ABORT, Feature.READING_MEMORY, Feature.OPERATION, Feature.LICENCES, Feature.REMOTE,
    Feature.NULL, Feature.SAMPLE_TIMER,
})  # fmt: skip
DIGITIZING = TRUEVOLT | {Feature.DIGITIZING}
FIRMWARE = "A.03.03-03.15-03.03-00.52-03-02"  # form as captured from a 34465A


def dialect(model: str, *, most: float, features: frozenset[Feature]) -> Dialect:
    """Return the language of `model`, with counts up to `most`."""
    return Dialect(
        habits=Habits(
            identity=f"Keysight Technologies,{model},{{serial}},{FIRMWARE}",
            fresh=HpSettings,
            names=NAMES,
            overload_bits=OVERLOAD_BITS,
        ),
        functions=FUNCTIONS,
        scpi_version="1994.0",  # from memory, unverified
        options="0,0,0,0,0",  # form as captured from a 34465A
        most_triggers=most,
        most_samples=most,
        text_length=40,  # from memory, unverified
        features=features,
    )
