"""How a 53230A answers with readings."""

from math import inf

from simulators.keysight_53230a.measuring import Front
from simulators.keysight_53230a.specification import MOST_READINGS
from simulators.keysight_53230a.text import readings_text
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel


def fetch(panel: ScpiPanel, front: Front, count: int, *, removing: bool = False) -> str:
    """Answer the oldest `count` readings once they are complete."""
    panel.cursor = max(panel.cursor, front.instant_of(count))
    if panel.cursor == inf:
        return ""  # never answered: nothing but a device clear ends the waiting
    values = front.remove(count) if removing else [one for _, one in front.readings[:count]]
    return readings_text(values, front.settings)


def read(panel: ScpiPanel, front: Front) -> str:
    """Abort, initiate and answer all readings."""
    front.abort(panel.cursor)
    if front.settings.trigger == "BUS":
        raise ScpiError(-214)
    front.initiate(panel.cursor)
    return fetch(panel, front, expected(front))


def expected(front: Front) -> int:
    """Return how many readings the trigger system is set to."""
    return int(min(front.settings.triggers * front.settings.samples, MOST_READINGS))
