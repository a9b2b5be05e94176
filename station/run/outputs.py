"""The live terminals of a bench: off on every way out, and truly on while they are measured."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from typing import Any

from drivers.capabilities import Instrument, Output
from drivers.errors import InstrumentError, RecordingMismatch
from station.look import dialogue_of
from station.run.entries import MadeSafe
from station.run.said import said


@dataclass
class Outputs:
    """All instruments whose terminals can be live.

    Attributes:
        safe: whether every one of them was last seen in standby.
    """

    instruments: Mapping[str, Instrument]
    safe: bool = False
    _live: dict[str, Output] = field(init=False)

    def __post_init__(self) -> None:
        # Asking a Protocol whether it fits is slow: once, not at every point.
        found = self.instruments.items()
        self._live = {name: item for name, item in found if isinstance(item, Output)}

    def standby(self) -> list[InstrumentError]:
        """Put every output to standby, each attempted; return what failed."""
        failures = []
        for name, output in self._live.items():
            dialogue = dialogue_of(self.instruments[name])
            try:
                with dialogue.standing_by() if dialogue is not None else nullcontext():
                    output.standby()
            except RecordingMismatch:
                continue  # a replay has no live terminals; what is left over of it is found later
            except InstrumentError as failure:
                failures.append(failure)
        self.safe = not failures
        return failures

    def bar(self) -> None:
        """Let no driver connect an output any more, nor say anything else: only standby is said.

        For another thread than the one that speaks to them, which finds itself refused.
        """
        for name in self._live:
            dialogue = dialogue_of(self.instruments[name])
            if dialogue is not None:
                dialogue.bar()

    def off(self) -> None:
        """Put every output to standby.

        Raises:
            InstrumentError: one could not be.
        """
        failures = self.standby()
        if failures:
            raise failures[0]

    def confirm(self, roles: Any) -> None:
        """Make sure that what drives the DUT still does.

        Raises:
            InstrumentRefused: an output has tripped; the readings taken of it are worthless.
        """
        names = {role.name for role in fields(roles)} | set(getattr(roles, "duts", {}))
        for name in names & self._live.keys():
            self._live[name].confirm_operating()

    def report(self, failures: list[InstrumentError]) -> MadeSafe:
        """Return what is written down of a standby."""
        return MadeSafe(
            instruments=tuple(self._live),
            failures=tuple(str(failure) for failure in failures),
            said=tuple(said(failure) for failure in failures),
        )
