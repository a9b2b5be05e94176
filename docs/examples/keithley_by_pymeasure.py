"""A laboratory's own driver: PyMeasure's Keithley 2000 as a direct voltmeter of the station."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pymeasure.instruments.keithley import Keithley2000

from drivers.capabilities import DcVoltmeter, Identity, Offers, Reach, Reading, Span
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused
from drivers.identity import Greeting
from drivers.models import Model
from drivers.pymeasure import DialogueAdapter, configured, reading, refusals


@dataclass(frozen=True)
class KeithleyByPyMeasure:
    """Direct voltage alone."""

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(always=("*CLS", ":INIT:CONT 0"))
    offers: ClassVar[Offers] = {DcVoltmeter: Reach(Span(-1000.0, 1000.0))}

    @cached_property
    def adapter(self) -> DialogueAdapter:
        """PyMeasure's connection."""
        return DialogueAdapter(self.dialogue)

    @cached_property
    def meter(self) -> Keithley2000:
        """PyMeasure's driver."""
        return Keithley2000(self.adapter)

    def identify(self) -> Identity:
        """Return the identity that the instrument states."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage and `range_volts` (V), 10 power line cycles."""
        with self.dialogue.turn(), refusals(self.dialogue):
            self.dialogue.setup = None
            self.meter.mode = "voltage"
            self.meter.voltage_range = range_volts
            self.meter.voltage_nplc = 10
            # PyMeasure limits some values silently: ask what was really set.
            if self.meter.voltage_range < range_volts:
                said = f"the range became {self.adapter.reply} V"
                raise InstrumentRefused(self.dialogue.name, f"range {range_volts:g} V", said)
            self.dialogue.setup = "dc-voltage"

    def read(self) -> Reading:
        """Take one reading (V)."""
        with self.dialogue.turn():
            configured(self.dialogue)
            return reading(self.dialogue, self.adapter, self.meter.voltage)


MODELS = {
    "keithley-2000-by-pymeasure": Model(
        "Keithley 2000 through PyMeasure",
        "keithley_by_pymeasure:KeithleyByPyMeasure",
        makers=("KEITHLEY INSTRUMENTS INC.",),
        models=("MODEL 2000",),
    )
}
