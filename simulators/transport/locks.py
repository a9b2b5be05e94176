"""Locks of one instrument: one exclusive holder, or several that share a name, or both nested.

After IVI-6.1 (HiSLIP) and VXI-11 as the clients of pyvisa-py use them; that a holder of the shared
lock may take the exclusive one too is from memory, unverified.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from simulators.transport.loop import Loop, Timer

Holder = object


class Kind(Enum):
    """What a lock keeps out: everybody, or those who do not know its name."""

    EXCLUSIVE = auto()
    SHARED = auto()


@dataclass(eq=False, slots=True)
class _Waiting:
    """Somebody who waits for a lock."""

    holder: Holder
    name: bytes
    answer: Callable[[bool], None]
    timer: Timer


@dataclass(eq=False, slots=True)
class _Barred:
    """Somebody who waits until the others' locks are gone."""

    holder: Holder
    act: Callable[[], None]
    otherwise: Callable[[], None]
    timer: Timer | None


class Locks:
    """Who holds the instrument; an empty name asks for the exclusive lock."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.exclusive: Holder | None = None
        self._name = b""
        self._shared: list[Holder] = []
        self._waiting: list[_Waiting] = []
        self._barred: list[_Barred] = []

    def admits(self, holder: Holder) -> bool:
        """Return whether `holder` may use the instrument now."""
        if self.exclusive is not None:
            return self.exclusive is holder
        return not self._shared or holder in self._shared

    def holds(self, holder: Holder) -> bool:
        """Return whether `holder` has a lock of either kind."""
        return self.exclusive is holder or holder in self._shared

    def holders(self) -> int:
        """Return how many hold a lock."""
        apart = self.exclusive is not None and self.exclusive not in self._shared
        return len(self._shared) + apart

    def request(
        self, holder: Holder, name: bytes, seconds: float, answer: Callable[[bool], None]
    ) -> None:
        """Lock for `holder`, waiting at most `seconds` (s); `answer` is told whether it has it."""
        if self._take(holder, name):
            answer(True)
        elif seconds <= 0.0:
            answer(False)
        else:
            instant = self._loop.clock.monotonic() + seconds
            timer = self._loop.at(instant, lambda: self._give_up(waiting))
            waiting = _Waiting(holder, name, answer, timer)
            self._waiting.append(waiting)

    def release(self, holder: Holder) -> Kind | None:
        """Give back the lock taken last: return its kind, None if there was none."""
        if self.exclusive is holder:
            self.exclusive, kind = None, Kind.EXCLUSIVE
        elif holder in self._shared:
            self._shared.remove(holder)
            kind = Kind.SHARED
        else:
            return None
        self._go_on()
        return kind

    def forget(self, holder: Holder) -> None:
        """Give back everything of a holder that is gone, and let it wait no more."""
        for waiting in [one for one in self._waiting if one.holder is holder]:
            waiting.timer.cancel()
            self._waiting.remove(waiting)
        for barred in [one for one in self._barred if one.holder is holder]:
            self._barred.remove(barred)
            if barred.timer is not None:
                barred.timer.cancel()
        while self.release(holder):
            pass

    def when_admitted(
        self,
        holder: Holder,
        act: Callable[[], None],
        *,
        seconds: float | None = None,
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Do `act` once `holder` is admitted, or `otherwise` after `seconds` (s)."""
        if self.admits(holder):
            act()
            return
        barred = _Barred(holder, act, otherwise, None)
        if seconds is not None:
            instant = self._loop.clock.monotonic() + seconds
            barred.timer = self._loop.at(instant, lambda: self._turn_away(barred))
        self._barred.append(barred)

    def _take(self, holder: Holder, name: bytes) -> bool:
        if name:
            if self.exclusive not in (None, holder) or (self._shared and self._name != name):
                return False
            self._name = name
            self._shared.append(holder)
            return True
        if self.exclusive is not None or (self._shared and holder not in self._shared):
            return False
        self.exclusive = holder
        return True

    def _give_up(self, waiting: _Waiting) -> None:
        self._waiting.remove(waiting)
        waiting.answer(False)

    def _turn_away(self, barred: _Barred) -> None:
        self._barred.remove(barred)
        barred.otherwise()

    def _go_on(self) -> None:
        """Serve who waits, first come first, then let in who was barred."""
        for waiting in list(self._waiting):
            if waiting in self._waiting and self._take(waiting.holder, waiting.name):
                self._waiting.remove(waiting)
                waiting.timer.cancel()
                waiting.answer(True)
        for barred in list(self._barred):
            if barred in self._barred and self.admits(barred.holder):
                self._barred.remove(barred)
                if barred.timer is not None:
                    barred.timer.cancel()
                barred.act()
