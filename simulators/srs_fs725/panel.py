"""The FS725's serial line: two letters, then a number, `?` or `!`.

Commands, replies and values as captured by public projects (imrehg/labhardware
drivers/rbclock.py, RenJiangZhou2163/MIBs); limits, the bits of `ST?`, lower case and what a
missing 1 pps input answers are from memory, unverified.  There is no 1 pps input here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.physics.noise import generator
from simulators.srs_fs725.rubidium import Rubidium
from simulators.world import World

COMMAND = re.compile(r"([A-Z]{2})(?:(\d*)(\?)|(!)|([+-]?\d+(?:,[+-]?\d+)*)?)", re.ASCII)
BAD_SYNTAX, BAD_PARAMETER, RESTARTED = 32, 64, 128
LOOP_OFF = 1  # of ST4
PLL_OFF, NO_INPUT = 1, 128  # of ST5
REPLY_SECONDS = 0.05  # within 100 ms
CASE_ABOVE_AIR = 49.8  # K: the case of a capture was at 72.8 °C
CHANNELS, CONVERTERS = 20, 8
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: value as delivered, least, greatest."""

    value: int
    low: int
    high: int


# As captured, one unit's values; SF, PT and GA as others found them too.
PARAMETERS: Mapping[str, Parameter] = {
    "LM": Parameter(1, 0, 3), "SF": Parameter(0, -2000, 2000), "SS": Parameter(1403, 1000, 1900),
    "GA": Parameter(7, 0, 10), "PH": Parameter(24, 0, 31), "MS": Parameter(1, 0, 1),
    "MO": Parameter(2661, 2300, 3600), "TS": Parameter(14149, 7000, 25000),
    "TO": Parameter(-1828, -32767, 32767), "PS": Parameter(180, 0, 255),
    "PL": Parameter(1, 0, 1), "PT": Parameter(8, 0, 14), "PF": Parameter(2, 0, 4),
    "VB": Parameter(0, 0, 1), "LO": Parameter(1, 0, 1),
}  # fmt: skip
SAVED = ("LM", "SS", "GA", "MO", "TS", "TO", "PS", "PL", "PT", "PF", "PH")
SYNTHESIZER = (5363, 3014, 22)
DACS = (20, 32, 55, 150, 196, 190, 112, 185)
FIRMWARE = "3.24"


class WrongCommand(Exception):
    """A command that is not carried out; `bit` of ST6 tells why."""

    def __init__(self, bit: int) -> None:
        super().__init__(bit)
        self.bit = bit


class RubidiumPanel(Mute):
    """One standard's serial face."""

    def __init__(self, rubidium: Rubidium, serial: str, world: World) -> None:
        self.rubidium, self.serial = rubidium, serial
        self._world = world
        self._clock: Clock = world.clock
        self._kept = {name: one.value for name, one in PARAMETERS.items()}
        self._values = dict(self._kept)
        self._synthesizer = SYNTHESIZER
        self._latched = 0  # of ST6
        draw = generator(world.seed, serial, "analogue")
        self._volts = draw.uniform(0.5, 4.5, CHANNELS).tolist()

    def receive(self, message: bytes) -> Replies:
        """Carry out one line, given without its CR."""
        text = message.decode("latin-1").strip().upper()
        if not text:
            return ()
        try:
            answer = self._carry_out(text)
        except WrongCommand as wrong:
            self._latched |= wrong.bit
            return ()
        if answer is None:
            return ()
        return (Reply((answer + "\n").encode(), self._clock.monotonic() + REPLY_SECONDS),)

    def refuse_execution(self) -> None:
        """Note a bad parameter."""
        self._latched |= BAD_PARAMETER

    def power_on(self) -> Replies:
        """Begin cold, with the parameters that were saved."""
        self.rubidium.restart(self._clock.monotonic())
        self._values = dict(self._kept)
        self.rubidium.correction = self._values["SF"]
        self._latched = RESTARTED
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the lamps show."""
        return {"locked": self.rubidium.locked(self._clock.monotonic())}

    def _carry_out(self, text: str) -> str | None:
        found = COMMAND.fullmatch(text)
        if found is None:
            raise WrongCommand(BAD_SYNTAX)
        name, index, asked, saved, numbers = found.groups()
        if asked:
            return self._ask(name, index)
        if saved:
            self._save(name)
        elif numbers is None:
            raise WrongCommand(BAD_SYNTAX)
        else:
            self._tell(name, tuple(int(one[:LONGEST_NUMBER]) for one in numbers.split(",")))
        return None

    def _ask(self, name: str, index: str) -> str:
        if name in ("AD", "SD"):
            highest = CHANNELS if name == "AD" else CONVERTERS
            if not index or len(index) > 2 or int(index) >= highest:
                raise WrongCommand(BAD_PARAMETER)
            return self._analogue(int(index)) if name == "AD" else str(DACS[int(index)])
        asks: Mapping[str, Callable[[], str]] = {
            "ID": lambda: f"PRS10_{FIRMWARE}_SN_{self.serial}",
            "SN": lambda: "".join(one for one in self.serial if one in "0123456789"),
            "ST": self._status,
            "LO": lambda: f"{self.rubidium.locked(self._clock.monotonic()):d}",
            "SP": lambda: ",".join(map(str, self._synthesizer)),
            "FC": lambda: "2246,2048",  # the second number was not recorded
            "MR": lambda: str(self._values["MO"] - 66),  # a little below MO?, as captured
            "PI": lambda: str(self._values["SF"]),
            "TT": lambda: "-1",
            "DS": lambda: "55,800" if self.rubidium.locked(self._clock.monotonic()) else "0,0",
        }
        if index or (name not in asks and name not in PARAMETERS):
            raise WrongCommand(BAD_SYNTAX)
        return asks[name]() if name in asks else str(self._values[name])

    def _tell(self, name: str, numbers: tuple[int, ...]) -> None:
        if name == "RS" and numbers == (1,):
            self.power_on()
            return
        if name == "SP" and len(numbers) == 3:
            if not all(0 <= one < 10000 for one in numbers):
                raise WrongCommand(BAD_PARAMETER)
            self._synthesizer = (numbers[0], numbers[1], numbers[2])
            return
        if name not in PARAMETERS or len(numbers) != 1:
            raise WrongCommand(BAD_SYNTAX)
        (value,) = numbers
        if not PARAMETERS[name].low <= value <= PARAMETERS[name].high:
            raise WrongCommand(BAD_PARAMETER)
        self._values[name] = value
        if name == "SF":
            self.rubidium.correction = value
        elif name == "LO":
            self.rubidium.enabled = bool(value)

    def _save(self, name: str) -> None:
        if name not in (*SAVED, "SP", "SN", "FC", "SD"):
            raise WrongCommand(BAD_SYNTAX)
        if name in SAVED:
            self._kept[name] = self._values[name]

    def _status(self) -> str:
        """Return the six status bytes; reading clears what was latched."""
        loop = 0 if self.rubidium.locked(self._clock.monotonic()) else LOOP_OFF
        pulses = NO_INPUT if self._values["PL"] else PLL_OFF
        latched, self._latched = self._latched, 0
        return f"0,0,0,{loop},{pulses},{latched}"

    def _analogue(self, channel: int) -> str:
        """Return an analogue channel (V): 1 is a tenth of the supply, 10 the case in °C/100."""
        if channel == 1:
            return "2.322"
        if channel == 10:
            return f"{(self._world.air.celsius + CASE_ABOVE_AIR) / 100.0:.3f}"
        return f"{self._volts[channel]:.3f}"
