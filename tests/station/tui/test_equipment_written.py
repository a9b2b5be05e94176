"""What is written of equipment from its screens, by whom."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.records.store import Store
from station.register.equipment import read_one
from station.register.equipment_intake import Wish, take_in
from station.tui.equipment.page import KnownScreen
from station.tui.equipment.screen import EquipmentScreen
from station.tui.equipment.seen import Standing
from station.tui.run.screen import RunScreen
from tests.station.certificate.runs import CALIBRATOR
from tests.station.register.people import AUDITOR, REVIEWER, TECHNICIAN, enter
from tests.station.tui.equipment import (
    CHECKED,
    STANDARD,
    WALL,
    at_desk,
    certificate,
    certified,
    checked,
    drifting,
    entered,
    on_equipment,
    opened,
    stands,
    weekly,
)
from tests.station.tui.results import NOW, measured, signed_in
from tests.station.tui.screens import text_of
from tests.station.tui.waiting import until


def test_an_implausible_certificate_is_accepted_with_a_reason(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    drifting(store)
    certified(store, STANDARD, "V26.9", date(2026, 10, 1), 900e-6, accepted=False)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, STANDARD)
        await pilot.press("a", "enter")
        assert "A reason must be given" in text_of(pilot)
        await pilot.press(*"Measured", "enter")
        await until(pilot, lambda: page._known is not None and not page._known.waits)
        await pilot.press("a")
        assert pilot.app.screen is page

    on_equipment(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)
    used = read_one(store, STANDARD).in_use
    assert used is not None
    assert used.number == "V26.9"


@pytest.mark.parametrize("entered_by", [TECHNICIAN, REVIEWER])
def test_whoever_accepts_what_he_entered_is_told_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entered_by: str
) -> None:
    enter(store)
    drifting(store)
    wish = Wish(entered_by, equipment=STANDARD)
    take_in(store, WALL, certificate("V26.9", date(2026, 10, 1), 42e-6), name="f", wish=wish)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        await opened(pilot, STANDARD)
        await pilot.press("a")
        assert "Take certificate V26.9 into use?" in text_of(pilot)
        assert ("You entered it yourself" in text_of(pilot)) is (entered_by == REVIEWER)

    on_equipment(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)


def test_who_may_not_is_told_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    drifting(store)
    certified(store, STANDARD, "V26.9", date(2026, 10, 1), accepted=False)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, STANDARD)
        for key in "axncb":
            await pilot.press(key)
            await pilot.pause()
            assert pilot.app.screen is page
            assert "sign in as somebody else" in text_of(pilot)

    on_equipment(signed_in(store, AUDITOR, tmp_path, monkeypatch), act)


def test_a_certificate_is_taken_in_and_put_aside(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drifting(store)
    file = tmp_path / "new.toml"
    file.write_bytes(certificate("V26.10", date(2026, 10, 1), 42e-6))

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, STANDARD)
        await pilot.press("n", *"nowhere", "enter")
        assert "There is no such file" in text_of(pilot)
        pilot.app.screen.query_one("#path", Input).value = str(file)
        pilot.app.screen.query_one("#due", Input).value = "soon"
        await pilot.press("enter")
        assert "is not a day" in text_of(pilot)
        pilot.app.screen.query_one("#due", Input).value = ""
        await pilot.press("enter")
        await until(pilot, lambda: page._known is not None and page._known.waits == "V26.10")
        await until(pilot, lambda: "V26.10 is entered and waits" in text_of(pilot))
        await pilot.press("x", *"Wrong", "enter")
        await until(pilot, lambda: page._known is not None and not page._known.waits)

    on_equipment(at_desk(store), act)


def test_a_check_is_written_down(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    drifting(store)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, STANDARD)
        await pilot.press("c", *"10 V", "enter")
        assert "Tick one" in text_of(pilot)
        await pilot.press("tab", "tab", "space", "enter")
        await stands(pilot, page, Standing.FAILED)
        assert "F failed check" in text_of(pilot)

    on_equipment(signed_in(store, TECHNICIAN, tmp_path, monkeypatch), act)
    (check,) = read_one(store, STANDARD).history
    assert (check.passed, check.note) == (False, "10 V")


def test_what_was_done_is_written_down_and_it_goes_and_comes_back(store: Store) -> None:
    drifting(store)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, STANDARD)
        await pilot.press("s", *"a new fan", "enter")
        assert "Tick what was done" in text_of(pilot)
        assert "[x]" not in text_of(pilot)
        await pilot.press("tab", "space", "tab", "space")
        assert text_of(pilot).count("[x]") == 1
        await pilot.press("enter")
        await stands(pilot, page, Standing.REPAIRED)
        await pilot.press("r", *"Sold", "enter")
        await stands(pilot, page, Standing.RETIRED)
        assert "days left" not in text_of(pilot)
        await pilot.press("r", "enter")
        await stands(pilot, page, Standing.REPAIRED)

    on_equipment(at_desk(store), act)
    assert [each.note for each in read_one(store, STANDARD).history] == ["a new fan"]


def test_a_baseline_is_accepted_and_a_check_planned(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    checked(store, 24, last=70e-6)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, CHECKED)
        await pilot.press("right", "right", "l")
        assert pilot.app.screen.query_one("#day", Input).value == "2026-06-06"
        assert "Judge 10 V (range 10 V) from now on" in text_of(pilot)
        assert "24 measurements, 2026-06-06 to 2026-11-14" in text_of(pilot)
        assert "fewer than 20 values" not in text_of(pilot)
        pilot.app.screen.query_one("#day", Input).value = "2026-10-01"
        await pilot.pause()
        assert "7 measurements, 2026-10-03 to 2026-11-14" in text_of(pilot)
        assert "fewer than 20 values" in text_of(pilot)
        await pilot.press("enter")
        assert "A day and a reason must be given" in text_of(pilot)
        pilot.app.screen.query_one("#reason", Input).value = "Looked at."
        await pilot.press("enter")
        await until(pilot, lambda: "accepted by chi" in text_of(pilot))
        await pilot.press("k", *"x", "enter")
        assert "A whole number" in text_of(pilot)
        await pilot.press("backspace", "3", "enter")
        await stands(pilot, page, Standing.CHECK)
        assert "check by 2026-11-17, every 3 days" in text_of(pilot)
        await pilot.press("k", "backspace", "0", "enter")
        await stands(pilot, page, Standing.NONE)

    on_equipment(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)
    (kept,) = read_one(store, CHECKED).baselines
    assert (kept.by, len(kept.runs)) == (REVIEWER, 7)


def test_a_technician_accepts_no_baseline(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    checked(store, 3)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, CHECKED)
        await pilot.press("right", "right", "l")
        assert pilot.app.screen is page
        assert "sign in as somebody else" in text_of(pilot)

    on_equipment(signed_in(store, TECHNICIAN, tmp_path, monkeypatch), act)


def test_the_list_says_no_more_that_a_certificate_waits_which_was_accepted(
    store: Store, tmp_path: Path
) -> None:
    drifting(store)
    file = tmp_path / "new.toml"
    file.write_bytes(certificate("V26.10", date(2026, 10, 1), 42e-6))

    async def act(pilot: Pilot[None], screen: EquipmentScreen) -> None:
        await pilot.press("n")
        pilot.app.screen.query_one("#path", Input).value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: "V26.10 is entered and waits" in text_of(pilot))
        page = await opened(pilot, STANDARD)
        await pilot.press("a", "enter")
        await until(pilot, lambda: page._known is not None and not page._known.waits)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.pause()
        assert "waits" not in text_of(pilot)

    on_equipment(at_desk(store), act)


def test_a_list_that_is_shown_again_knows_what_was_measured_meanwhile(store: Store) -> None:
    checked(store, 24, last=70e-6, based=20)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        assert "C out of control" in text_of(pilot)
        weekly(store, [120e-6], until=NOW + timedelta(weeks=1))
        await pilot.press("1", "5")
        await until(pilot, lambda: "✓ in order" in text_of(pilot))

    on_equipment(at_desk(store), act)


def test_what_is_overdue_is_allowed_and_what_was_wrong_is_stopped(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    entered(store, "CAL-2", "200")
    certified(store, "CAL-2", "V25.9", date(2025, 9, 1), serial="200", due="2026-10-01")

    async def typed(pilot: Pilot[None], day: str, reason: str) -> None:
        for id_, text in (("#day", day), ("#reason", reason)):
            pilot.app.screen.query_one(id_, Input).value = text
        await pilot.press("enter")

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        page = await opened(pilot, "CAL-2")
        await pilot.press("o")
        await typed(pilot, "2026-12-31", "")
        assert "A day and a reason must be given" in text_of(pilot)
        await typed(pilot, "December", "It is at the laboratory.")
        assert "is not a day" in text_of(pilot)
        await typed(pilot, "2026-12-31", "It is at the laboratory.")
        await stands(pilot, page, Standing.LIFTED)
        assert "allowed by chi until 2026-12-31: It is at the" in text_of(pilot)
        await pilot.press("b")
        await typed(pilot, "2026-06-01", "It fell.")
        await stands(pilot, page, Standing.BAD)
        await pilot.press("o")
        assert pilot.app.screen is page

    on_equipment(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)


def test_a_run_that_used_it_is_opened(store: Store) -> None:
    entered(store, STANDARD, CALIBRATOR.serial)
    measured(store)

    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        await opened(pilot, STANDARD)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, KnownScreen)
        await pilot.press("left", "left")
        await pilot.pause()
        assert "Runs that used it: 1" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))

    on_equipment(at_desk(store), act)
