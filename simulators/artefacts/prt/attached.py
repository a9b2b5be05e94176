"""A probe that belongs to a readout: what has a terminal "NAME TIP" of its own.

A readout has one where its constants say anything of a platinum thermometer: R0, A, B or C of an
industrial one, or coefficients of ITS-90 of a standard one; what they leave out is drawn. Errors of
function "temperature" are those of an industrial probe: "times" makes its departure from IEC 60751
so many times as large.
"""

from collections.abc import Mapping
from dataclasses import replace

from simulators.artefacts.prt.probe import Element
from simulators.artefacts.prt.specification import KINDS, PT100
from simulators.catalogue import InstrumentSpec
from simulators.errors import WrongSpecification
from simulators.physics.functions import Function
from simulators.physics.noise import generator
from simulators.physics.platinum import ITS90_NAMES, CallendarVanDusen, celsius_of
from simulators.physics.tip import TIP
from simulators.world import World

INDUSTRIAL, STANDARD = KINDS["pt100"], KINDS["prt"]
NAMES = (*INDUSTRIAL.names, *ITS90_NAMES)
"""Constants that speak of a probe."""


def attached(spec: InstrumentSpec, world: World) -> Element | None:
    """Put the probe of a readout into `world`; None where its constants speak of none.

    Raises:
        WrongSpecification: constants of two kinds of probe, or errors that it cannot have.
    """
    stated = {name: value for name, value in spec.constants.items() if name in NAMES}
    if not stated:
        return None
    kinds = {"R0" if name in INDUSTRIAL.names else "RTPW" for name in stated}
    if len(kinds) > 1:
        raise WrongSpecification(f"{spec.name}: {', '.join(stated)} speak of two kinds of probe")
    kind = INDUSTRIAL if kinds == {"R0"} else STANDARD
    curve = kind.characteristic(generator(world.seed, spec.name, "constants"), stated)
    settings = spec.errors.get(Function.TEMPERATURE, {})
    if settings:
        curve = _enlarged(spec.name, curve, settings)
    world.install(spec.name, (TIP,))
    return Element(kind, spec.name, world, curve)


def departure(probe: Element | None, name: str, celsius: float, amperes: float) -> float:
    """Return what a readout's own probe is off (K) at `celsius` (°C) by IEC 60751.

    It is the temperature that its resistance, found with a current (A), has there, less the true
    one: the readout has no part in it.

    Raises:
        WrongSpecification: the readout `name` has no probe of its own.
    """
    if probe is None:
        raise WrongSpecification(f"{name} has no probe of its own, and knows no temperature")
    return celsius_of(PT100, probe.ohms_at(celsius, amperes)) - celsius


def _enlarged(name: str, curve: object, settings: Mapping[str, float]) -> CallendarVanDusen:
    if set(settings) != {"times"} or not isinstance(curve, CallendarVanDusen):
        raise WrongSpecification(
            f"{name}: errors of the temperature of an attached probe can only be made so many "
            "`times` as large, and only of an industrial one; state its constants instead"
        )
    times = settings["times"]
    return replace(
        curve,
        **{
            letter: getattr(PT100, letter)
            + times * (getattr(curve, letter) - getattr(PT100, letter))
            for letter in ("r0", "a", "b", "c")
        },
    )
