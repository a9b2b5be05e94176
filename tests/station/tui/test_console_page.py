"""docs/console.md tells the keys that act: the table is made from the screens' own bindings.

STATION_REWRITE_GOLDEN=1 writes it anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from station.tui.app import DIGITS, HELP, LEAVE, PALETTE, QUIT
from station.tui.bench.dialogue import DialogueScreen
from station.tui.bench.screen import BenchScreen
from station.tui.equipment.page import KnownScreen, ViewRows
from station.tui.equipment.screen import EquipmentScreen
from station.tui.parts.keys import described, key_name
from station.tui.parts.listing import Listing
from station.tui.parts.rows import Rows
from station.tui.results.page import ResultScreen
from station.tui.results.paper import PaperScreen
from station.tui.results.screen import ResultsScreen
from station.tui.results.tree import TraceScreen, TraceTree
from station.tui.run.screen import RunScreen
from station.tui.run.wire import WireScreen
from station.tui.runs.screen import RunsScreen
from station.tui.sections import SECTIONS
from station.tui.start.screen import StartScreen
from tests.station.tui.scenes import SCENES
from tests.station.tui.screens import REWRITE

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "console.md"

SCREENS = {
    "a list": (Rows, Listing),
    "runs": (RunsScreen,),
    "a run": (RunScreen,),
    "wires": (WireScreen,),
    "new run": (StartScreen,),
    "bench": (BenchScreen,),
    "dialogue": (DialogueScreen,),
    "results": (ResultsScreen,),
    "a result": (ResultScreen,),
    "certificate": (PaperScreen,),
    "trace": (TraceScreen, TraceTree),
    "equipment": (EquipmentScreen,),
    "a standard": (KnownScreen, ViewRows),
}


def table() -> str:
    return "\n".join(["| where | key | does |", "|---|---|---|", *rows()])


def rows() -> Iterator[str]:
    for binding in (DIGITS, HELP, PALETTE, LEAVE, QUIT):
        yield f"| everywhere | `{key_name(binding)}` | {binding.tooltip} |"
    of_lists = {(each.key, each.action) for kind in SCREENS["a list"] for each in described(kind)}
    for where, kinds in SCREENS.items():
        for binding in (each for kind in kinds for each in described(kind)):
            if where == "a list" or (binding.key, binding.action) not in of_lists:
                does = binding.tooltip or binding.description
                yield f"| {where} | `{key_name(binding)}` | {does} |"


def test_the_page_tells_the_keys() -> None:
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition("## Keys\n\n")
    _, _, after = rest.partition("\n\n## ")
    whole = f"{before}## Keys\n\n{table()}\n\n## {after}"
    if os.environ.get(REWRITE):
        PAGE.write_text(whole, "utf-8")
    assert PAGE.read_text("utf-8") == whole


def test_the_page_tells_the_sections() -> None:
    text = PAGE.read_text("utf-8")
    for section in SECTIONS:
        assert f"| `{section.key}` | {section.title} |" in text


def test_every_scene_has_its_pictures() -> None:
    pictures = {path.name for path in (DOCS / "screens").iterdir()}
    assert pictures == {f"{name}{suffix}.svg" for name in SCENES for suffix in ("", "-vi")}
