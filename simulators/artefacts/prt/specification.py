"""The kinds of resistance thermometer that can lie on the bench, as data.

Tolerance of the industrial one: IEC 60751:2022, class B.  Everything else here (spread of the
coefficients, self-heating, time constants) is a choice of the usual size, no specification.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from simulators.errors import UnknownName
from simulators.physics.platinum import ITS90_NAMES, CallendarVanDusen, Curve, Thermistor, its90

Constants = Mapping[str, float]

CLASS_B_KELVIN, CLASS_B_RELATIVE = 0.3, 0.005  # IEC 60751: ±(0.3 + 0.005·|t|) °C
SHARE = 0.5  # of the tolerance, at most, that one coefficient uses up
PT100 = CallendarVanDusen()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of probe.

    Attributes:
        title: what a person calls it.
        names: of the constants that a specification may state.
        characteristic: (draws, stated constants) → what this specimen is.
        kelvin_per_watt: self-heating in a block or a bath (K/W).
        time_constant: with which it follows its surroundings (s).
    """

    title: str
    names: tuple[str, ...]
    characteristic: Callable[[np.random.Generator, Constants], Curve]
    kelvin_per_watt: float
    time_constant: float


def check(kind: Kind, stated: Constants) -> None:
    """Refuse a constant that this kind of probe does not have.

    Raises:
        UnknownName: naming the nearest one it has.
    """
    for name in stated:
        if name not in kind.names:
            raise UnknownName(f"constant of a {kind.title}", name, kind.names)


def _industrial(draw: np.random.Generator, stated: Constants) -> Curve:
    """Return a Pt100 within class B: its zero and its slope use up half of the tolerance each."""
    zero, rise, bend = draw.uniform(-1.0, 1.0, 3).tolist()
    return CallendarVanDusen(
        r0=stated.get("R0", PT100.r0 * (1 + SHARE * CLASS_B_KELVIN * PT100.a * zero)),
        a=stated.get("A", PT100.a * (1 + SHARE * CLASS_B_RELATIVE * rise)),
        b=stated.get("B", PT100.b * (1 + 1e-3 * bend)),
        c=stated.get("C", PT100.c),
    )


def _standard(ohms: float) -> Callable[[np.random.Generator, Constants], Curve]:
    def draw_one(draw: np.random.Generator, stated: Constants) -> Curve:
        size, a4, b4, a8, b8 = draw.uniform(-1.0, 1.0, 5).tolist()
        drawn = {"RTPW": ohms * (1 + 5e-4 * size), "A4": -2e-4 + 1e-4 * a4, "B4": 1e-5 * b4}
        if not any(int(name[1:]) > 4 for name in stated if name[1:].isdigit()):
            drawn |= {"A8": -2e-4 + 1e-4 * a8, "B8": -1e-5 + 1e-5 * b8}
        return its90({**drawn, **stated})

    return draw_one


def _thermistor(draw: np.random.Generator, stated: Constants) -> Curve:
    size = float(draw.uniform(-1.0, 1.0))
    usual = {"B0": 8.497e-4 + 5e-7 * size, "B1": 2.595e-4, "B2": 0.0, "B3": 1.46e-7}
    b0, b1, b2, b3 = (stated.get(name, value) for name, value in usual.items())
    return Thermistor((b0, b1, b2, b3))


KINDS: Mapping[str, Kind] = {
    "prt": Kind("100 Ω reference PRT", ITS90_NAMES, _standard(100.0), 30.0, 8.0),
    "sprt": Kind("25.5 Ω SPRT", ITS90_NAMES, _standard(25.5), 60.0, 8.0),
    "pt100": Kind("industrial Pt100", ("R0", "A", "B", "C"), _industrial, 50.0, 10.0),
    "thermistor": Kind("10 kΩ thermistor", ("B0", "B1", "B2", "B3"), _thermistor, 500.0, 5.0),
}
"""Model → kind."""
