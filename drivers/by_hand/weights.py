"""Sets of weights that a person lays on a pan."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, Offers, Reach, Span, Weights
from drivers.errors import InstrumentRefused
from drivers.person import Doing, Person

CENTRE = "Put these weights alone in the middle of the pan; if they lie there, lift them off first"
UNDER_TEST = (
    "Put these weights under test alone in the middle of the pan; if they lie there, lift them off "
    "first"
)
ASIDE = "Put these weights alone on this part of the pan"
BESIDE = "Leave what was loaded on the pan, and put these weights alone beside it"
OFF = "Take all weights off the pan"

ITEM = "dut"
"""How the names of items that are calibrated begin."""

MARK = "*"
"""What tells the second of two weights of one nominal value from the first."""

SAME = 1e-9
"""Relative difference within which two nominal values are one."""


@dataclass(frozen=True)
class WeightSet:
    """A set 1-2-2*-5 per decade; its weights are called by their nominal value, "200 g*".

    Attributes:
        person: who lays the weights on.
        name: of the set on the bench.
        identity: as the bench file states it; its serial number is that of the box.
        least_kilograms: nominal value of its smallest weight (kg).
        greatest_kilograms: nominal value of its greatest weight (kg); of that there is one.
    """

    person: Person
    name: str
    identity: Identity
    least_kilograms: float = 1e-6
    greatest_kilograms: float = 1.0

    offers: ClassVar[Offers] = {Weights: Reach(Span(0.0, 50.0))}

    def identify(self) -> Identity:
        """Return what the bench file says: weights cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave the weights where they are."""

    def load(
        self,
        kilograms: Sequence[float],
        onto: str,
        position: str = "",
        *,
        marked: bool = False,
        beside: Sequence[float] = (),
    ) -> None:
        """Have weights of these nominal values (kg), and nothing else, put on a pan.

        Raises:
            InstrumentRefused: the set has no such weight, or not so many of them.
        """
        lying = self._chosen(beside, marked=marked)
        names = self._chosen(kilograms, marked=marked, used=lying)
        place = f"{onto} {position.upper()}".strip()
        self.person.do(
            Doing(
                self.name,
                self._text(names, lying, position),
                about=", ".join(part for part in (" + ".join(names), position) if part),
                wires=tuple((f"{self.name} {name}", place) for name in (*lying, *names)),
            )
        )

    def _text(self, names: Sequence[str], lying: Sequence[str], position: str) -> str:
        if not names:
            return OFF
        if lying:
            return BESIDE
        centre = UNDER_TEST if self.name.startswith(ITEM) else CENTRE
        return ASIDE if position else centre

    def _chosen(
        self, kilograms: Sequence[float], *, marked: bool, used: Sequence[str] = ()
    ) -> list[str]:
        """Return the names of the weights: the second of one value is the marked one."""
        names: list[str] = []
        for nominal in kilograms:
            pieces = self._pieces(nominal)[1 if marked else 0 :]
            left = [piece for piece in pieces if piece not in (*used, *names)]
            if not left:
                there_are = f"there are only {len(pieces)} of it" if pieces else "there is none"
                said = f"{there_are} in a set of 1, 2, 2 and 5"
                advice = (
                    f"The bench file says that it goes from {weight_name(self.least_kilograms)} to "
                    f"{weight_name(self.greatest_kilograms)}: take another set, or correct that"
                )
                raise InstrumentRefused(self.name, weight_name(nominal), said, advice)
            names.append(left[0])
        return names

    def _pieces(self, nominal: float) -> tuple[str, ...]:
        """Return the names of all weights of this nominal value (kg)."""
        low, high = self.least_kilograms * (1.0 - SAME), self.greatest_kilograms * (1.0 + SAME)
        if not low <= nominal <= high:
            return ()
        leading = nominal / 10.0 ** floor(log10(nominal * (1.0 + SAME)))
        figure = round(leading)
        if abs(leading - figure) > SAME * leading or figure not in (1, 2, 5):
            return ()
        name, is_greatest = weight_name(nominal), nominal * (1.0 + SAME) >= self.greatest_kilograms
        return (name, name + MARK) if figure == 2 and not is_greatest else (name,)


def weight_name(kilograms: float) -> str:
    """Return how a weight of a nominal value (kg) is called, e.g. "500 mg", "1 g", "20 kg"."""
    for unit, size in (("kg", 1.0), ("g", 1e-3)):
        if kilograms >= size * (1.0 - SAME):
            return f"{kilograms / size:.9g} {unit}"
    return f"{kilograms / 1e-6:.9g} mg"


_instrument: type[Instrument] = WeightSet
_weights: type[Weights] = WeightSet
