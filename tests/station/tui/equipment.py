"""A register with equipment of every standing, for the tests of the equipment's screens."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.equipment import Acceptance
from station.register.equipment_intake import Wish, take_in
from tests.station.certificate.runs import Run, Shot, write_down
from tests.station.tui.journals import StillWall
from tests.station.tui.results import NOW

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


def checked(store: Store, count: int = 24, *, last: float = 0.0) -> None:
    """A check standard that so many runs measured at one point; `last` is added to the last."""
    entered(store, CHECKED, CHECKED_SERIAL, maker="Keysight", type="34461A", title="Check standard")
    draw = random.Random(7)
    shot = Shot("dc-voltage", "V", 10.0, 10.0, 400e-6, 0.0, 94e-6)
    for number in range(count):
        error = 120e-6 + draw.gauss(0.0, 15e-6) + (last if number == count - 1 else 0.0)
        shots = (replace(shot, error=error),)
        write_down(store, Run(id=f"20261101-{number:06}", shots=shots, voided=0))
