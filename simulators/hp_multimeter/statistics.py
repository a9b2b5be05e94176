"""CALCulate: statistics of the readings taken while they are switched on."""

from collections.abc import Callable, Iterator
from statistics import fmean, stdev

from simulators.hp_multimeter.dialect import Dialect, HpPanel
from simulators.hp_multimeter.measuring import NOT_A_NUMBER, formatted
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_parameters import boolean, word

LEAST_FOR_DEVIATION = 2
OPERATIONS = ("NULL", "DB", "DBM", "AVERage", "LIMit")


def statistics_commands(panel: HpPanel, dialect: Dialect) -> Iterator[Command]:
    """Yield the averages of the readings in memory.

    The real ones sum up everything measured since they were switched on; here it is what the last
    INITiate brought, which is the same for a client that switches them on and initiates once.
    """

    def switch(on: bool) -> None:
        panel.settings.statistics = on

    def switched() -> str:
        return f"{panel.settings.statistics:d}"

    def choose(name: str) -> None:
        panel.settings.mathematics = name

    def of(summary: Callable[[list[float]], float], least: int = 1) -> Callable[[], str]:
        def answer() -> str:
            memory = panel.acquisition.memory
            values = memory.values[: memory.done(panel.cursor)]
            known = panel.settings.statistics and len(values) >= least
            return formatted(summary(values) if known else NOT_A_NUMBER)

        return answer

    operation = (Parameter(word(*OPERATIONS)),)
    yield Command("CALCulate:FUNCtion", choose, lambda: panel.settings.mathematics, operation)
    for node in ("CALCulate:STATe", "CALCulate:AVERage[:STATe]"):
        yield Command(node, switch, switched, (Parameter(boolean),))
    yield Command("CALCulate:AVERage:MINimum", None, of(min))
    yield Command("CALCulate:AVERage:MAXimum", None, of(max))
    yield Command("CALCulate:AVERage:AVERage", None, of(fmean))
    yield Command("CALCulate:AVERage:SDEViation", None, of(stdev, LEAST_FOR_DEVIATION))
    yield Command("CALCulate:AVERage:COUNt", None, lambda: formatted(float(_count(panel))))


def _count(panel: HpPanel) -> int:
    return panel.acquisition.memory.done(panel.cursor) if panel.settings.statistics else 0
