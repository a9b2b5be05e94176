"""Waiting where people can see it: what is waited for, how long, and what comes to rest."""

from dataclasses import dataclass, field

from simulators.clock import VirtualClock
from station.procedure import Approach
from station.run.attendance import SHOWN_VALUES, Waiting
from station.run.live import LiveView

POINT = LiveView(point="p")


@dataclass
class Watcher:
    """Who sees what is shown."""

    seen: list[LiveView] = field(default_factory=lambda: [POINT])

    def attendant(self) -> Waiting:
        clock = VirtualClock()
        return Waiting(clock, True, lambda: False, self.seen.append, lambda: self.seen[-1])


def test_a_wait_counts_down_to_its_end() -> None:
    watcher = Watcher()
    watcher.attendant().wait("It settles.", 1.0)
    waits = [view for view in watcher.seen if view.waiting]
    left = [view.seconds_left or 0.0 for view in waits]
    assert left[0] == 1.0
    assert left == sorted(left, reverse=True)
    assert not any(view.at_most for view in waits)
    assert watcher.seen[-1] == POINT


def test_what_comes_to_rest_is_seen_while_it_does() -> None:
    watcher, values = Watcher(), [0.5 / n for n in range(1, 6)]
    taken: list[float] = []

    def done() -> bool:
        taken.append(values[len(taken)])
        return len(taken) == len(values)

    approach = Approach(lambda: taken[-1], 0.01, "K")
    watcher.attendant().wait_until("It rests.", done, at_most=60.0, every=0.1, approach=approach)
    shown = [view.approach for view in watcher.seen if view.approach and view.waiting]
    seen = dict.fromkeys(each.values for each in shown if each)
    assert list(seen) == [tuple(values[:n]) for n in range(1, 5)]
    assert {(each.within, each.unit) for each in shown if each} == {(0.01, "K")}
    assert all(view.at_most for view in watcher.seen if view.waiting)
    assert watcher.seen[-1] == POINT


def test_only_the_newest_values_are_shown() -> None:
    watcher, asked = Watcher(), iter(range(SHOWN_VALUES + 10))
    last = [0]

    def done() -> bool:
        last[0] = next(asked)
        return last[0] == SHOWN_VALUES + 9

    approach = Approach(lambda: float(last[0]), 0.01, "K")
    watcher.attendant().wait_until("It rests.", done, at_most=1e3, every=0.1, approach=approach)
    newest = next(view.approach for view in reversed(watcher.seen) if view.approach)
    assert len(newest.values) == SHOWN_VALUES
    assert newest.values[-1] == SHOWN_VALUES + 8
