"""The point a run is at: which one is measured now, and which one's readings are shown."""

from station.run.entries import Measured, PlannedPoint
from station.run.live import LiveView
from station.run.operator import HIGH_VOLTS
from station.run.state import RunState, Status


def measured_now(state: RunState, live: LiveView) -> PlannedPoint | None:
    """Return the point whose output may be on; None while the outputs are in standby.

    The live view names a point from its first reading on. Until then it is the next one without a
    result: its output goes on before it is read.
    """
    if state.status is not Status.UNDER_WAY:
        return None
    left = [point for point in state.points if (state.phase, point.id) not in state.results]
    return next((point for point in left if point.id == live.point), left[0] if left else None)


def high_voltage(point: PlannedPoint | None) -> bool:
    """Return whether a person must be warned of the voltage at `point`."""
    return point is not None and point.unit == "V" and abs(point.nominal) > HIGH_VOLTS


def to_show(state: RunState, live: LiveView) -> tuple[PlannedPoint | None, tuple[float, ...]]:
    """Return the point to show with its readings: the present one, else the last one measured."""
    points = {point.id: point for point in state.points}
    if live.point in points and (state.phase, live.point) not in state.results:
        return points[live.point], live.readings
    measured = [one for one in state.results.values() if isinstance(one, Measured)]
    if not measured:
        return None, ()
    return points[measured[-1].point], tuple(reading.value for reading in measured[-1].readings)
