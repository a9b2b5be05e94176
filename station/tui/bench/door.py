"""The one way from the screen to the instruments: held as an engine holds them, then let go.

Everything here may block; the screen calls it in a thread.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.capabilities import Barometer, Hygrometer, Instrument, Thermometer
from drivers.errors import InstrumentError
from station.bench import Bench, open_bench
from station.bench_file import BenchFile, read_bench_file, read_standards
from station.clock import day_of
from station.errors import Refused
from station.look import look_at
from station.records import claims
from station.register.equipment_bench import of_bench
from station.run.live import SILENT_SECONDS, Ownership
from station.run.setup import claims_of
from station.tui.bench.seen import BenchSeen, Found, asked, described, is_item
from station.tui.desk import Desk


@dataclass(frozen=True, slots=True)
class BenchAt:
    """Which bench: its file, and whether it is simulated by whoever opens it."""

    path: Path
    file: BenchFile
    simulated: bool

    @property
    def real(self) -> bool:
        """Whether its instruments are real ones; simulated ones may be served to it by others."""
        return not self.simulated and self.file.simulation.control is None


@dataclass(frozen=True, slots=True)
class Used:
    """Who uses an instrument now: a run, or somebody who looks (`LOOK`)."""

    run: str
    address: str


LOOK = "look-"
"""How the names begin under which instruments are held that no run uses."""


def opened(path: Path, *, simulated: bool | None = None) -> BenchAt:
    """Return the bench of a file; None takes it as simulated where the file simulates anything.

    Raises:
        BadInput: the file is wrong.
    """
    file, _ = read_bench_file(path)
    if simulated is None:
        simulated = "simulation" in file.model_fields_set and file.simulation.control is None
    return BenchAt(path, file, simulated)


def describe(desk: Desk, at: BenchAt) -> BenchSeen:
    """Return what bench file and register say, and who uses the bench.

    Raises:
        BadInput, StoreFailed: a certificate or the store cannot be read.
    """
    start = at.file.simulation.start if at.simulated else None
    on = day_of(start or desk.wall.now())
    standards = read_standards(at.file, at.path.parent)
    standards, registered = of_bench(at.file, standards, desk.store)
    seen = described(at.file, standards, registered, on, simulated=not at.real)
    return with_user(desk, at, _in_simulated_air(seen, at))


def with_user(desk: Desk, at: BenchAt, seen: BenchSeen) -> BenchSeen:
    """Return the same with the run that uses one of its instruments now."""
    used = user_of(desk, claims_of(at.file, simulate=at.simulated))
    return replace(seen, used="" if used is None else said_of(used).told(desk.say))


def user_of(desk: Desk, addresses: list[str]) -> Used | None:
    """Return who uses one of `addresses` now, or None."""
    if not addresses:
        return None
    now = desk.wall.now().timestamp()
    found = claims.user(desk.store, addresses, now, SILENT_SECONDS)
    return None if found is None else Used(found[1], found[0])


def said_of(used: Used) -> Refused:
    """Return who uses an instrument, and what to do."""
    if used.run.startswith(LOOK):
        return Refused(
            "Another console speaks to {address}: close its dialogue there.", address=used.address
        )
    return Refused(
        "Run {run} uses {address}: nothing else may speak to it. Wait until it has ended.",
        run=used.run,
        address=used.address,
    )


def look_all(desk: Desk, at: BenchAt, seen: BenchSeen) -> BenchSeen:
    """Ask every instrument who it is; none while a run uses the bench.

    Raises:
        Refused: a run uses it.
        BadInput: the bench cannot be opened.
    """
    with held(desk, at, claims_of(at.file, simulate=at.simulated)) as bench:
        instruments = tuple(
            one
            if one.found is Found.BY_HAND or one.role not in bench.instruments
            else asked(one, look_at(bench.instruments[one.role]))
            for one in seen.instruments
        )
        answering = {one.role for one in instruments if one.found is Found.FOUND}
        ambient = {} if at.simulated else _read_air(bench, answering)
    seen = replace(seen, instruments=instruments)
    return replace(seen, ambient=ambient, ambient_from="read") if ambient else seen


@contextmanager
def held(desk: Desk, at: BenchAt, addresses: list[str]) -> Iterator[Bench]:
    """Open a bench whose `addresses` no run can take meanwhile.

    Raises:
        Refused: a run uses one of them.
        BadInput: the bench cannot be opened.
    """
    with ExitStack() as holding:
        if addresses:
            used = user_of(desk, addresses)
            if used is not None:
                raise said_of(used)
            look = f"{LOOK}{secrets.token_hex(3)}"
            holding.enter_context(Ownership(desk.store, look, addresses, desk.wall))
        opening = open_bench(at.file, simulate=at.simulated, look_only=True)
        yield holding.enter_context(opening)


def _in_simulated_air(seen: BenchSeen, at: BenchAt) -> BenchSeen:
    world = at.file.simulation
    if not at.simulated:
        return seen
    air = {
        "°C": world.ambient_celsius,
        "%": world.humidity_percent,
        "hPa": world.pressure_pascals / 100.0,
    }
    return replace(seen, ambient=air, ambient_from="simulated")


def _read_air(bench: Bench, answering: set[str]) -> dict[str, float]:
    """Return what the bench's own climate instruments read; none of them is an item."""
    air: dict[str, float] = {}
    for role, instrument in bench.instruments.items():
        if is_item(role) or role not in answering or not isinstance(instrument, Hygrometer):
            continue
        try:
            air |= _read(instrument)
        except InstrumentError:
            # It answered who it is, and has no reading yet: its state is shown all the same.
            continue
    return air


def _read(instrument: Instrument) -> dict[str, float]:
    air = {}
    if isinstance(instrument, Thermometer):
        air["°C"] = instrument.read_temperature().value
    if isinstance(instrument, Hygrometer):
        air["%"] = instrument.read_humidity().value
    if isinstance(instrument, Barometer):
        air["hPa"] = instrument.read_atmospheric_pressure().value / 100.0
    return air
