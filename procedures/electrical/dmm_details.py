"""What the bench file says of a multimeter: nothing unknown, nothing that its data contradict."""

from math import ceil, log10

from pydantic import Field

from procedures.data_file import Table
from procedures.details import checked
from procedures.electrical.dut import AlternatingRange, DirectRange, DutFile
from station.errors import BadInput
from station.procedure import DUT, Item

HAIR = 1e-9
"""What a power of ten may be off as a float."""


class Details(Table):
    """What [instruments.dut.details] may say; the settings of its driver are among it.

    Attributes:
        functions: names of the tests that are wanted, with commas; all where it is not said.
        counts: of a display that a person reads.
        hertz_resolution: last digit of its frequency display (Hz).
    """

    functions: str = ""
    counts: float | None = Field(default=None, ge=100.0, le=1e9)
    hertz_resolution: float | None = Field(default=None, gt=0.0)


def details_of(item: Item, figures: DutFile) -> Details:
    """Return the details of a multimeter.

    Raises:
        BadInput: one is unknown, or the display is coarser than the resolutions in the data file,
            which are what its uncertainty is reckoned with.
    """
    details = checked(DUT, item.details, Details)
    if details.counts is None:
        return details
    direct = (*figures.dc_voltage, *figures.resistance_2w, *figures.capacitance)
    rows: list[DirectRange | AlternatingRange] = [*direct, *figures.dc_current]
    for row in (*rows, *figures.ac_voltage, *figures.ac_current):
        step = 10.0 ** ceil(log10(row.range / details.counts) - HAIR)
        if step > row.resolution * (1.0 + HAIR):
            raise BadInput(
                "[instruments.{dut}] counts: a display of {counts:g} counts has steps of {step:g} "
                "on the range {range:g}, and procedures/data/{model}.toml says {resolution:g}. "
                "Correct counts, or write a data file for this meter.",
                dut=DUT,
                counts=details.counts,
                step=step,
                range=row.range,
                model=figures.model,
                resolution=row.resolution,
            )
    return details
