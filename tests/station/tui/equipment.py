"""A register with equipment of every standing, for the tests of the equipment's screens."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from textual.pilot import Pilot

from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.equipment import Acceptance, read_one
from station.register.equipment_checks import Chosen, baseline_of
from station.register.equipment_control import control_lines
from station.register.equipment_intake import Wish, take_in
from station.run.entries import Aborted, RunBegun
from station.run.journal import Journal
from station.tui.app import StationConsole
from station.tui.desk import Desk
from station.tui.equipment.page import KnownScreen
from station.tui.equipment.screen import EquipmentScreen
from station.tui.equipment.seen import Standing
from tests.station.certificate.runs import FILES, Run, Shot
from tests.station.tui.journals import StillWall
from tests.station.tui.results import NOW
from tests.station.tui.screens import desk, speech
from tests.station.tui.waiting import until

STANDARD, CHECKED = "CAL-1", "DMM-9"
SERIAL, CHECKED_SERIAL = "4872301", "MY53200001"
WALL = StillWall(NOW)


def certificate(
    number: str, dated: date, deviation: float, *, serial: str = SERIAL, due: str = "2027-09-01"
) -> bytes:
    """A certificate file with two points of voltage."""
    return f"""
        [certificate]
        number = "{number}"
        issuer = "National laboratory"
        date = {dated}
        due = {due}
        standard = "Fluke 5522A"
        serial = "{serial}"
        traceability = "SI through the national standards"
        [[table]]
        quantity = "dc-voltage"
        unit = "V"
        [[table.range]]
        low = -20.0
        high = 20.0
        stability = [{{ days = 365, ppm = 5.0, floor = 1e-6 }}]
        points = [
          {{ nominal = 1.0, deviation = {deviation / 8:.3e}, U = 4e-6, k = 2 }},
          {{ nominal = 10.0, deviation = {deviation:.3e}, U = 20e-6, k = 2 }},
        ]
        """.encode()


def entered(store: Store, name: str, serial: str, **said: str) -> None:
    plate = {"title": "Calibrator", "maker": "Fluke", "type": "5522A"}
    whole = {"by": "binh", "equipment": name, "serial": serial} | plate | said
    entry = e.EquipmentEntered.model_validate(whole)
    book.act(store, WALL, lambda _: [entry])


def certified(
    store: Store,
    name: str,
    number: str,
    dated: date,
    deviation: float = 20e-6,
    *,
    serial: str = SERIAL,
    due: str = "2027-09-01",
    accepted: bool = True,
) -> None:
    """Take a certificate in, and into use."""
    content = certificate(number, dated, deviation, serial=serial, due=due)
    acceptance = Acceptance("chi", "Compared with the paper.") if accepted else None
    wish = Wish("binh", equipment=name, acceptance=acceptance)
    take_in(store, WALL, content, name="file.toml", wish=wish)


def drifting(store: Store, deviations: Sequence[float] = (10e-6, 21e-6, 29e-6, 41e-6)) -> None:
    """A standard with a certificate a year, the last of 2026."""
    entered(store, STANDARD, SERIAL, location="Room 2")
    for number, deviation in enumerate(deviations):
        year = 2027 - len(deviations) + number
        certified(store, STANDARD, f"V{year - 2000}.0417", date(year, 9, 1), deviation)


def laboratory(store: Store) -> None:
    """Equipment of many standings."""
    drifting(store)
    entered(store, "CAL-2", "200", location="Room 2")
    certified(store, "CAL-2", "V25.9", date(2025, 9, 1), serial="200", due="2026-10-01")
    entered(store, "CAL-3", "300")
    certified(store, "CAL-3", "V26.3", date(2026, 1, 1), serial="300", due="2026-12-10")
    entered(store, "CAL-4", "400")
    certified(store, "CAL-4", "V26.4", date(2026, 1, 1), serial="400")
    certified(store, "CAL-4", "V26.8", date(2026, 8, 1), 600e-6, serial="400", accepted=False)
    entered(store, "CAL-5", "500")
    entered(store, "CAL-6", "600")
    certified(store, "CAL-6", "V26.6", date(2026, 1, 1), serial="600")
    bad = e.FoundBad(by="chi", equipment="CAL-6", since=date(2026, 6, 1), reason="It fell.")
    check = e.Serviced(
        by="binh", equipment=STANDARD, what=e.ServiceKind.CHECK, on=date(2026, 11, 2), passed=True,
        note="10 V against the reference",
    )  # fmt: skip
    book.act(store, WALL, lambda _: [bad, check])


def checked(store: Store, count: int = 24, *, last: float = 0.0, based: int = 0) -> None:
    """A check standard that a run measured each week, the first `based` of them its baseline.

    `last` is added to the last error.
    """
    entered(store, CHECKED, CHECKED_SERIAL, maker="Keysight", type="34461A", title="Check standard")
    draw = random.Random(7)
    errors = [120e-6 + draw.gauss(0.0, 15e-6) for _ in range(count)]
    errors[-1] += last
    weekly(store, errors)
    if not based:
        return
    equipment = read_one(store, CHECKED)
    (line,) = control_lines(store, equipment)
    chosen = Chosen(until=line.values[based - 1].on)
    entry = baseline_of(equipment, line, chosen, "Looked at.", "chi")
    planned = e.CheckPlanned(
        by="binh", equipment=CHECKED, procedure="dmm", point=line.point.id, every_days=14
    )
    book.act(store, WALL, lambda _: [entry, planned])


def weekly(
    store: Store,
    errors: Sequence[float],
    *,
    until: datetime = NOW,
    end: Aborted | None = None,
    **run: object,
) -> None:
    """A run a week before `until` for each error of the check standard at 10 V.

    `end` is written at the end of each.
    """
    shot = Shot("dc-voltage", "V", 10.0, 10.0, 400e-6, 0.0, 94e-6)
    for content in FILES:
        store.keep(content, name="file", media_type="application/toml")
    for number, error in enumerate(errors):
        at = until - timedelta(weeks=len(errors) - number)
        kinds = {"shots": (replace(shot, error=error),), "voided": 0} | run
        whole = Run(id=f"{at:%Y%m%d}-{number:06}", **kinds)  # type: ignore[arg-type]
        begun, *others = whole.entries()
        assert isinstance(begun, RunBegun)
        journal = Journal.begin(store, begun, StillWall(at))
        for entry in [*others, end] if end else others:
            journal.append(entry)


# -- at the screen ---------------------------------------------------------------------------


def at_desk(store: Store, language: str = "en") -> Desk:
    return replace(desk(store, speech(language)), wall=WALL)


def on_equipment(
    sits: Desk,
    act: Callable[[Pilot[None], EquipmentScreen], Awaitable[None]],
    size: tuple[int, int] = (100, 30),
) -> None:
    async def whole() -> None:
        app = StationConsole(sits)
        async with app.run_test(size=size) as pilot:
            await pilot.press("5")
            screen = app.screen
            assert isinstance(screen, EquipmentScreen)
            await until(pilot, lambda: bool(screen._listing.shown))
            await pilot.pause()
            await act(pilot, screen)

    asyncio.run(whole())


async def opened(pilot: Pilot[None], name: str) -> KnownScreen:
    await pilot.press("slash", *name, "enter", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, KnownScreen))
    page = pilot.app.screen
    assert isinstance(page, KnownScreen)
    await until(pilot, lambda: page._known is not None)
    await pilot.pause()
    return page


async def stands(pilot: Pilot[None], page: KnownScreen, how: Standing) -> None:
    await until(pilot, lambda: page._known is not None and page._known.line.how is how)
    await pilot.pause()
