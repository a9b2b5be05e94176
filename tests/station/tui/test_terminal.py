"""The console in a real terminal, with real engines: by keys alone, killed and opened again."""

import os
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from station.records.store import open_store
from tests.station.register.people import APPROVER, PASSWORD, REVIEWER, TECHNICIAN, enter
from tests.station.run.processes import (
    run_arguments,
    run_of,
    served_bench,
    station,
    wait_for_a_point,
    wait_until,
)
from tests.station.tui.terminal import Terminal, terminal

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX"),
    pytest.mark.timeout(240),
]

SIZE = (120, 36)
CONSOLE = (sys.executable, "-m", "station", "tui", "--lang", "en")

FUNCTIONS = 'details = { functions = "resistance-2w, resistance-4w" }'
"""Eight points with two hookups: the second one is the middle of the run."""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal whose user is nobody else: settings, sessions and logs are of the test."""
    environment = {
        "STATION_STORE": str(tmp_path / "station.db"),
        **{f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "STATE", "DATA")},
        "XDG_RUNTIME_DIR": str(tmp_path),
        "STATION_PASSWORD": PASSWORD,
    }
    tmp_path.chmod(0o700)
    with terminal(environment, SIZE) as opened:
        yield opened


def small_bench(folder: Path) -> Path:
    """The demonstration's bench with an order of two functions."""
    demo = files("station") / "demo"
    text = (demo / "bench.toml").read_text("utf-8")
    (folder / "bench.toml").write_text(
        text.replace("[instruments.dut]", f"[instruments.dut]\n{FUNCTIONS}"), "utf-8"
    )
    name = "calibrator-certificate.toml"
    (folder / name).write_bytes((demo / name).read_bytes())
    return folder / "bench.toml"


def points_of(seen: str) -> list[str]:
    """The lines of the points' table; the row at the cursor without its mark."""
    rows = re.findall(r"^[ ▶](Resistance, .* ±.*)$", seen, re.MULTILINE)
    assert len(rows) == 8, seen
    return rows


def room(screen: Terminal, when: str) -> None:
    """Answer what is asked about the room."""
    screen.until(f"Ambient temperature{when}?")
    # A correction arrives with what it corrects, as from an input method or over a slow line.
    screen.press("23,5", "BSpace", "1", "Enter")
    screen.until(f"Relative humidity{when}?")
    screen.press("52", "Enter")


def sign_in(screen: Terminal, login: str) -> None:
    """Sit down at the page that is shown."""
    screen.press("C-p")
    screen.until("What is to be done?")
    screen.press("sign in")
    screen.until("sign in as somebody else")
    screen.press("Enter")
    screen.until("Login:")
    screen.press(login, "Enter", PASSWORD, "Enter")
    screen.until(f"{login} ✓")


def decide(screen: Terminal, key: str, *, stage: str) -> None:
    """Decide on the results that are shown, without a remark."""
    screen.until(f"✓ [{key}]")
    screen.press(key)
    screen.until("Remark")
    screen.press("Enter")
    screen.until(stage)


def test_a_calibration_by_keys_with_the_console_killed_in_the_middle_until_the_certificate(
    screen: Terminal, tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "station.db")) as store:
        enter(store)
    console = [*CONSOLE, "--by", TECHNICIAN]
    screen.start([*console, "--bench", str(small_bench(tmp_path))])
    screen.until("No run yet.", f"{TECHNICIAN} ✓")
    screen.press("2")
    screen.until("✓ ready: 8 points")
    screen.press("Enter", "Enter")
    room(screen, when="")
    screen.until("? Connect as drawn", "0/8 points", "23.1 °C")
    screen.press("c")
    before = screen.until("? Connect as drawn", "4/8 points")

    screen.kill()
    screen.again(console)
    screen.until("Q asking", "4/8")
    screen.press("Enter")
    after = screen.until("? Connect as drawn", "4/8 points")
    assert points_of(after) == points_of(before)

    screen.press("c")
    room(screen, when=" now, at the end")
    points = points_of(screen.until("D done", "P pass", "8/8 points"))
    assert all("P pass" in row for row in points)

    screen.press("4")
    screen.until("→ review", "MY53220419")
    screen.press("Enter")
    screen.until("1 measured")
    sign_in(screen, REVIEWER)
    decide(screen, "a", stage="2 reviewed")
    sign_in(screen, APPROVER)
    decide(screen, "p", stage="3 approved")
    screen.press("i")
    screen.until("Folder")
    screen.press("Enter")
    screen.until("issued", "C26.00001")
    with open_store(str(tmp_path / "station.db")) as store:
        assert [(each.number, each.issued_by) for each in store.certificates()] == [
            ("C26.00001", APPROVER)
        ]


def test_an_engine_that_was_killed_is_shown_as_such_and_the_output_is_off(
    screen: Terminal, tmp_path: Path
) -> None:
    store = tmp_path / "station.db"
    with served_bench(tmp_path) as bench, station(*run_arguments(bench, store)) as engine:
        wait_for_a_point(engine, store, run := run_of(engine))
        screen.start([*CONSOLE, "--by", "tester"])
        screen.until(run, "R running")
        screen.press("Enter")
        screen.until("R running", "engine alive")
        wait_until(bench.operating, "a live output")
        engine.kill()
        screen.until("S engine silent", f"station resume {run}")
        assert not bench.operating()
