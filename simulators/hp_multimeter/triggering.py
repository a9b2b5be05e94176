"""The trigger system: TRIGger, SAMPle and `*TRG`."""

from collections.abc import Callable, Iterator
from math import inf

from simulators.hp_multimeter.dialect import Dialect, Feature, HpPanel
from simulators.hp_multimeter.measuring import formatted
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Special, boolean, limited, number, word
from simulators.multimeter.acquisition import TriggerSource

LONGEST_DELAY = 3600.0  # s
Level = float | Special


def triggering_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    """Yield the trigger system's commands."""
    acquisition = panel.acquisition

    def changed() -> None:
        if dialect.has(Feature.TRIGGER_IDLES):
            acquisition.abort(panel.cursor)
        acquisition.revise()

    def source(name: str) -> None:
        if name == TriggerSource.INTERNAL and not dialect.has(Feature.DIGITIZING):
            raise ScpiError(-224)  # level triggering belongs to the 34465A and 34470A
        acquisition.triggering.source = TriggerSource(name)
        changed()

    def slope(name: str) -> None:
        acquisition.triggering.slope = name

    sources = (Parameter(word("IMMediate", "BUS", "EXTernal", "INTernal")),)
    yield Command("TRIGger:SOURce", source, lambda: acquisition.triggering.source.value, sources)
    yield Command("*TRG", lambda: bus_trigger(panel))
    yield from _delay_commands(panel, changed)
    yield from _count_commands(panel, dialect, changed)
    if dialect.has(Feature.ABORT):
        slopes = (Parameter(word("POSitive", "NEGative")),)
        yield Command("TRIGger:SLOPe", slope, lambda: acquisition.triggering.slope, slopes)
    if dialect.has(Feature.SAMPLE_TIMER):
        yield from _timer_commands(panel)
    if dialect.has(Feature.DIGITIZING):
        yield from _pace_commands(panel)
        yield from _level_commands(panel)


def bus_trigger(panel: HpPanel) -> None:
    """Start what INITiate armed (`*TRG`).

    Raises:
        ScpiError: −211 when no bus trigger is awaited.
    """
    acquisition = panel.acquisition
    waiting = acquisition.armed and acquisition.until <= panel.cursor
    if not waiting or acquisition.triggering.source is not TriggerSource.BUS:
        raise ScpiError(-211)
    acquisition.until = acquisition.trigger(panel.cursor)
    if acquisition.overloaded:
        panel.overload()


def _delay_commands(panel: HpPanel, changed: Callable[[], None]) -> Iterator[Command]:
    acquisition = panel.acquisition

    def delay(value: Level) -> None:
        acquisition.triggering.delay = limited(value, 0.0, LONGEST_DELAY, 0.0)
        changed()

    def automatic(on: bool) -> None:
        acquisition.triggering.delay = None if on else panel.meter.settling()
        changed()

    def present(asked: Level | None) -> str:
        held = acquisition.triggering.delay
        now = panel.meter.settling() if held is None else held
        return formatted(now if asked is None else limited(asked, 0.0, LONGEST_DELAY, 0.0))

    def is_automatic() -> str:
        return f"{acquisition.triggering.delay is None:d}"

    seconds = Parameter(number("S"))
    asked = (Parameter(number("S"), required=False),)
    yield Command("TRIGger:DELay", delay, present, (seconds,), asked)
    yield Command("TRIGger:DELay:AUTO", automatic, is_automatic, (Parameter(boolean),))


def _count_commands(
    panel: HpPanel, dialect: Dialect, changed: Callable[[], None]
) -> Iterator[Command]:
    acquisition = panel.acquisition
    most_triggers, most_samples = dialect.most_triggers, dialect.most_samples

    def triggers(value: Level) -> None:
        wanted = limited(value, 1, most_triggers, 1, infinite=True)
        acquisition.triggering.count = wanted if wanted == inf else float(round(wanted))
        changed()

    def samples(value: Level) -> None:
        acquisition.triggering.samples = round(limited(value, 1, most_samples, 1))
        changed()

    def triggers_set(asked: Level | None) -> str:
        held = acquisition.triggering.count
        held = held if asked is None else limited(asked, 1, most_triggers, 1)
        return formatted(9.9e37 if held == inf else held)

    def samples_set(asked: Level | None) -> str:
        held = acquisition.triggering.samples
        return f"+{held if asked is None else round(limited(asked, 1, most_samples, 1))}"

    numeric, asked = (Parameter(number()),), (Parameter(number(), required=False),)
    yield Command("TRIGger:COUNt", triggers, triggers_set, numeric, asked)
    yield Command("SAMPle:COUNt", samples, samples_set, numeric, asked)


def _paced(panel: HpPanel) -> None:
    """Let the sample timer take effect; below what a reading takes it has none."""
    settings = panel.settings
    panel.acquisition.triggering.interval = settings.timer if settings.timed else 0.0
    panel.acquisition.revise()


def _least_interval(panel: HpPanel) -> float:
    """Return the time (s) of one reading as it is set up."""
    triggering = panel.acquisition.triggering
    kept, triggering.interval = triggering.interval, 0.0
    least = panel.acquisition.timing().total
    triggering.interval = kept
    panel.acquisition.revise()
    return least


def _timer_commands(panel: HpPanel) -> Iterator[Command]:
    def timer(value: Level) -> None:
        low = _least_interval(panel) if isinstance(value, Special) else 0.0
        panel.settings.timer = limited(value, low, LONGEST_DELAY, 1.0)
        _paced(panel)

    def timer_set(asked: Level | None) -> str:
        held = panel.settings.timer
        known = (
            held if asked is None else limited(asked, _least_interval(panel), LONGEST_DELAY, 1.0)
        )
        return formatted(known)

    seconds, asked = (Parameter(number("S")),), (Parameter(number("S"), required=False),)
    yield Command("SAMPle:TIMer", timer, timer_set, seconds, asked)


def _pace_commands(panel: HpPanel) -> Iterator[Command]:
    """Yield what paces the samples; readings from before a trigger are not simulated."""

    def source(name: str) -> None:
        panel.settings.timed = name == "TIM"
        _paced(panel)

    def pretrigger(value: Level) -> None:
        most = max(0, panel.acquisition.triggering.samples - 1)
        panel.settings.pretrigger = round(limited(value, 0, most, 0))

    def paced_by() -> str:
        return "TIM" if panel.settings.timed else "IMM"

    sources = (Parameter(word("IMMediate", "TIMer")),)
    yield Command("SAMPle:SOURce", source, paced_by, sources)
    yield Command(
        "SAMPle:COUNt:PRETrigger", pretrigger, lambda: f"+{panel.settings.pretrigger}",
        (Parameter(number()),),
    )  # fmt: skip


def _level_commands(panel: HpPanel) -> Iterator[Command]:
    def level(value: Level) -> None:
        panel.settings.level = limited(value, -1000.0, 1000.0, 0.0)

    def level_set() -> str:
        return formatted(panel.settings.level)

    yield Command("TRIGger:LEVel", level, level_set, (Parameter(number()),))
