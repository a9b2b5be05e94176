"""Temperature on a Truevolt multimeter: resistance thermometers with two or four wires.

Command forms from memory, unverified.  Thermistors and thermocouples are not simulated.
"""

from collections.abc import Callable, Iterator

from simulators.hp_multimeter.dialect import HpPanel
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Special, number, word
from simulators.multimeter.specification import Measurand

PROBES = ("FRTD", "RTD", "FTHermistor", "THERmistor", "TCouple", "DEFault")
WIRES = {
    "FRTD": Measurand.TEMPERATURE_4_WIRE,
    "RTD": Measurand.TEMPERATURE,
    "DEF": Measurand.TEMPERATURE_4_WIRE,
}


def temperature_commands(
    panel: HpPanel,
    configure: Callable[[Measurand], None],
    read: Callable[[], str],
) -> Iterator[Command]:
    """Yield CONFigure, MEASure and the choice of the probe."""

    def set_up(probe: str | None, *details: object) -> None:
        configure(_measurand(probe))

    def measure(probe: str | None, *details: object) -> str:
        set_up(probe)
        return read()

    def choose(probe: str) -> None:
        measurand = _measurand(probe)
        if panel.meter.measurand in WIRES.values():
            panel.meter.measurand = measurand
            panel.acquisition.revise()

    def chosen() -> str:
        return "RTD" if panel.meter.measurand is Measurand.TEMPERATURE else "FRTD"

    probe = Parameter(word(*PROBES), required=False)
    details = (Parameter(number(), required=False),) * 3
    yield Command("CONFigure[:SCALar]:TEMPerature", set_up, None, (probe, *details))
    yield Command("MEASure[:SCALar]:TEMPerature", None, measure, asked=(probe, *details))
    yield Command(
        "[SENSe:]TEMPerature:TRANsducer:TYPE", choose, chosen, (Parameter(word(*PROBES)),)
    )
    for kind in ("FRTD", "RTD"):
        yield Command(
            f"[SENSe:]TEMPerature:TRANsducer:{kind}:RESistance[:REFerence]", _nominal,
            lambda: "+1.00000000E+02", (Parameter(number("OHM")),),
        )  # fmt: skip


def _measurand(probe: str | None) -> Measurand:
    if probe is not None and probe not in WIRES:
        raise ScpiError(-224)
    return WIRES[probe or "DEF"]


def _nominal(ohms: float | Special) -> None:
    """Take the resistance at 0 °C: a Pt100 is all there is."""
    if ohms not in (100.0, Special.DEFAULT):
        raise ScpiError(-222)
