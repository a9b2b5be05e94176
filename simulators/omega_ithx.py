"""The Omega iTHX thermo-hygrometer: `*SRTC` in, `19.3` out, carriage returns both ways.

Source: a public client and its tests (MSLNZ/msl-equipment, omega/ithx.py, test_omega_ithx.py);
accuracy from memory, unverified.  The second probe hangs beside the first: same air, other errors.
The telnet port is not simulated.
"""

from collections.abc import Mapping
from math import inf

from simulators.catalogue import Built, InstrumentSpec
from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.physics.climate import Climate, Sensor, dew_point
from simulators.physics.functions import Function
from simulators.world import World

REPLY_SECONDS = 0.05
IDLE_SECONDS = 60.0  # without a message, after which it closes the socket
SENSORS = {
    Function.TEMPERATURE: Sensor(0.5, 50.0, 20.0, 0.02),
    Function.HUMIDITY: Sensor(2.5, 100.0, 20.0, 0.05),
}
PROBES = ("", "2")


class IthxPanel(Mute):
    """One iServer's socket."""

    def __init__(self, climates: Mapping[str, Climate], clock: Clock) -> None:
        self._climates, self._clock = climates, clock
        self._closes_at = inf

    def receive(self, message: bytes) -> Replies:
        """Answer one query; what the instrument inside does not know times out there."""
        now = self._clock.monotonic()
        self._closes_at = now + IDLE_SECONDS
        if not message:
            return ()
        answer = self._answer(message.decode("latin-1").strip())
        return (Reply(f"{answer}\n".encode("latin-1"), now + REPLY_SECONDS),)

    def _answer(self, query: str) -> str:
        if query == "*SRYRST":
            self.power_on()
            return "Reset"  # as the W3 type answers
        value = self._value(query)
        if value is None:
            return "Serial Time Out\n"  # and an empty line, as the W type answers
        return f"{round(value, 1) + 0.0:.1f}"

    def _value(self, query: str) -> float | None:
        """Return what a query asks for, in its unit; None: no such query."""
        for probe, climate in self._climates.items():
            celsius = climate.value(Function.TEMPERATURE, self._clock.monotonic())
            humidity = climate.value(Function.HUMIDITY, self._clock.monotonic())
            humidity = min(max(humidity, 0.0), 100.0)
            dew = dew_point(celsius, humidity)
            found = {
                f"*SRTC{probe}": celsius, f"*SRTF{probe}": celsius * 1.8 + 32.0,
                f"*SRH{probe}": humidity,
                f"*SRDC{probe}": dew, f"*SRDF{probe}": dew * 1.8 + 32.0,
            }  # fmt: skip
            if query in found:
                return found[query]
        return None

    def next_word(self) -> float:
        """Return the instant (s) at which it closes an idle socket."""
        return self._closes_at

    def unasked(self) -> Replies:
        """Leave the line when nothing has come for a minute."""
        now = self._clock.monotonic()
        if now < self._closes_at:
            return ()
        self._closes_at = inf
        return (Reply(b"", now, ends=False, hangs_up=True),)

    def power_on(self) -> Replies:
        """Wake up without a word."""
        self._closes_at = inf
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what its display shows."""
        first, now = self._climates[PROBES[0]], self._clock.monotonic()
        return {
            "celsius": first.value(Function.TEMPERATURE, now),
            "humidity": first.value(Function.HUMIDITY, now),
        }


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put an instrument with two probes into `world`."""
    climates = {
        probe: Climate(SENSORS, f"{spec.name}{probe and ' PROBE 2'}", world, spec.errors)
        for probe in PROBES
    }
    return Built(IthxPanel(climates, world.clock), climates[PROBES[0]])
