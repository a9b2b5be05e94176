"""A new run: what it needs, whether it can begin, and its engine started."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input, Static

from station.bench_file import BenchFile
from station.errors import StationError
from station.files import named
from station.locale import N_
from station.roles import role_words
from station.tui.bench.door import BenchAt, opened
from station.tui.bench.files import bench_files, remembered, to_begin_with
from station.tui.bench.files import offers as bench_offers
from station.tui.bench.table import kind
from station.tui.desk import Desk, OpenRun
from station.tui.parts.bar import Bar
from station.tui.parts.chooser import Chooser, Offer
from station.tui.parts.dialogs import Tick
from station.tui.parts.errand import errand
from station.tui.parts.fields import Entry, Field, Go
from station.tui.parts.keys import Footer
from station.tui.start.checks import Checks
from station.tui.start.fitting import Fit, best, fits
from station.tui.start.form import (
    OrderForm,
    agreed_rule_of,
    item_offers,
    procedure_offers,
    rule_offers,
)
from station.tui.start.launch import Order, Started
from station.tui.start.ready import Ready, items_there, readiness, scanned

WIDE = 116
"""From so many cells on the checklist is beside the form."""

LOOK_SECONDS = 0.25
"""How often (s) a started engine is asked for its run."""

LEGEND = N_("""\
A scanner types the number of the item and ends with Enter: that says
whether the item is on this bench, or goes to the bench file that has it.
Then the cursor is on the line that starts: Enter there, and only there.
Nothing is powered before the run has asked for its connections.

✓ in order   ✗ refused: the line below it says what to do""")


class StartScreen(Screen[None]):
    """Asks for what a run needs; says what hinders it; starts its engine."""

    CSS_PATH = "start.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab,down",
            "app.focus_next",
            N_("next"),
            key_display="Tab ↓",
            tooltip=N_("next field"),
        ),
        Binding("up", "app.focus_previous", show=False),
        Binding(
            "escape",
            "keys",
            N_("out of the line"),
            tooltip=N_("stop typing: letters and digits are keys again"),
        ),
        Binding("r", "check", N_("check again"), tooltip=N_("look again whether it can begin")),
        Binding(
            "pagedown",
            "checks(1)",
            show=False,
            key_display="PgUp PgDn",
            tooltip=N_("the checklist further on, and back"),
        ),
        Binding("pageup", "checks(-1)", show=False),
    ]
    HELP = LEGEND

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._order = Order(
            desk.memory.settings.procedure, Path(), True, desk.by, language=desk.say.notation.value
        )
        self._file: BenchFile | None = None
        self._fits: tuple[Fit, ...] = ()
        self._ready: Ready | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Bar(self._desk, "start")
        yield Static(id="head", markup=False)
        with Container(id="both"):
            yield OrderForm(self._desk)
            yield Checks(self._desk.say)
        yield Static(id="notice", markup=False)
        yield Footer(self._desk.say)

    def on_mount(self) -> None:
        """Begin with the scanner's line."""
        self.query_one("#scan", Entry).focus()

    def on_screen_resume(self) -> None:
        """Take the bench that was used last elsewhere, and look again."""
        last = remembered(self._desk)
        if self._file is None or (last and last.resolve() != self._order.bench.resolve()):
            self.open(last)
        else:
            self.check()

    def on_resize(self, event: events.Resize) -> None:
        """Put the checklist beside the form where there is room."""
        self.set_class(event.size.width >= WIDE, "wide")

    @work(exclusive=True, group="open")
    async def open(self, path: Path | None, word: str = "") -> None:
        """Read a bench file, and find out what can be carried out there; say `word` of it."""
        desk, folder = self._desk, Path.cwd()

        def read() -> tuple[BenchAt, tuple[Fit, ...]]:
            at = opened(path or to_begin_with(desk, folder))
            return at, fits(at.file, desk.say)

        try:
            at, self._fits = await errand(read)
        except StationError as error:
            self._word(f"✗ {error.told(self._desk.say)}")
            return
        procedure = best(self._fits, desk.memory.settings.procedure)
        self._file = at.file
        self._word(desk.keep(bench=str(at.path.resolve())) or word)
        found = replace(self._order, bench=at.path, procedure=procedure, rule="")
        self._take(replace(found, simulated=at.simulated))

    def check(self) -> None:
        """Look whether the order can be carried out; what was found before holds no longer."""
        if self._file is not None:
            self._ready = None
            self.query_one(Checks).show(None)
            self.look(self._order)

    @work(exclusive=True, group="check")
    async def look(self, order: Order) -> None:
        """Look, and show what was found."""
        desk = self._desk
        self._ready = await errand(lambda: readiness(desk, order))
        self.query_one(Checks).show(self._ready)

    def action_check(self) -> None:
        """Look again."""
        self.check()

    def action_checks(self, pages: int) -> None:
        """Show more of the checklist."""
        checks = self.query_one(Checks)
        checks.scroll_relative(y=pages * checks.size.height, animate=False)

    def action_keys(self) -> None:
        """Leave the line that is typed in, so that keys are keys."""
        self.query_one("#item", Field).focus()

    @on(Tick.Changed)
    def take_ticks(self) -> None:
        """Take the choice of yes or no."""
        self._word("")
        simulated = self.query_one("#simulated", Tick).ticked
        real_time = simulated and self.query_one("#real-time", Tick).ticked
        self._take(replace(self._order, simulated=simulated, real_time=real_time))

    @on(Input.Changed, "#by")
    def take_operator(self, event: Input.Changed) -> None:
        """Take the operator's name."""
        if event.value.strip() != self._order.by:
            self._order = replace(self._order, by=event.value.strip())
            self.check()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look a scanned number up; with nothing to be looked up go to the line that starts."""
        event.stop()
        number = self.query_one("#scan", Entry).value.strip()
        if not number:
            self.query_one(Go).focus()
        elif self._file is not None:
            self.look_up(number)

    @work(exclusive=True, group="scan")
    async def look_up(self, number: str) -> None:
        """Say whether the item is on this bench; go to the bench file that has it."""
        desk, bench, say = self._desk, self._order.bench, self._desk.say
        found = await errand(
            lambda: scanned(number, items_there(bench_files(desk, Path.cwd())), bench.resolve())
        )
        scan = self.query_one("#scan", Entry)
        if found is None:
            why = say("✗ No bench file here has an item {number}. State it in one: {where}.")
            self._word(why.format(number=number, where="[instruments.dut] serial"))
            # The next scan takes its place.
            scan.focus()
            scan.select_all()
            return
        scan.value = ""
        self.query_one(Go).focus()
        word = say("✓ {number} is {role} of {bench}.")
        word = word.format(number=number, role=role_words(found.role, say), bench=found.bench.name)
        if found.bench == bench.resolve():
            self._word(word)
        else:
            self.open(found.bench, word)

    @on(Field.Asked)
    @work(exclusive=True, group="ask")
    async def ask(self, event: Field.Asked) -> None:
        """Ask for another value of a field."""
        desk, folder, file = self._desk, Path.cwd(), self._file
        match event.field:
            case "item":
                there = await errand(lambda: items_there(bench_files(desk, folder)))
                self._choose(N_("Item"), item_offers(there), self._take_bench)
            case "bench":
                found = await errand(lambda: bench_offers(desk, folder))
                self._choose(N_("Bench file"), found, self._take_bench, typed=True)
            case "procedure":
                offers = procedure_offers(self._fits)
                self._choose(N_("Procedure"), offers, self._take_procedure, typed=True)
            case "rule" if file is not None:
                offers = rule_offers(agreed_rule_of(file), desk.say)
                self._choose(N_("Decision rule"), offers, self._take_rule)

    def _choose(
        self,
        title: str,
        offers: Sequence[Offer],
        take: Callable[[str], object],
        *,
        typed: bool = False,
    ) -> None:
        def chosen(value: str | None) -> None:
            if value is not None:
                take(value)

        say = self._desk.say
        self.app.push_screen(Chooser(say(title), offers, say, typed=typed), chosen)

    def _take_bench(self, path: str) -> None:
        self.open(named(path))

    def _take_procedure(self, name: str) -> None:
        self._word("")
        self._take(replace(self._order, procedure=name))

    def _take_rule(self, name: str) -> None:
        self._word("")
        self._take(replace(self._order, rule=name))

    def _take(self, order: Order) -> None:
        """Show another order, and look whether it can be carried out."""
        self._order = order
        if self._file is not None:
            at = BenchAt(order.bench, self._file, order.simulated)
            head = kind(simulated=not at.real, say=self._desk.say)
            head.append(f" {self._file.bench.name}", "bold")
            self.query_one("#head", Static).update(head)
            self.query_one(OrderForm).show(order, self._file, self._fits)
            self.check()

    @on(Go.Pressed)
    def send(self) -> None:
        """Look a number up that nobody has; then start, if nothing hinders the run."""
        number = self.query_one("#scan", Entry).value.strip()
        if self._busy or self._file is None:
            return
        if number:
            self.look_up(number)
        elif self._ready is None:
            self._word(self._desk.say("It is still being checked."))
        elif self._ready.refused:
            self._word(self._desk.say("✗ Not started. What is marked ✗ says what to do."))
        else:
            self._busy = True
            self.start(self._order)

    @work(group="start")
    async def start(self, order: Order) -> None:
        """Start the engine, and open the run as soon as it has begun."""
        desk = self._desk
        self._word(desk.say("The engine is starting…"))
        desk.keep(procedure=order.procedure)
        try:
            desk.store.confirm_there()
            started = await errand(lambda: desk.launch(order, desk.store_url))
            while started.run is None and started.failure is None:
                await asyncio.sleep(LOOK_SECONDS)
        except StationError as error:
            self._word(f"✗ {error.told(self._desk.say)}")
            return
        finally:
            self._busy = False
        self._begun(started)

    def _begun(self, started: Started) -> None:
        if started.run is None:
            self._word(f"✗ {started.failure}")
            return
        self._word("")
        if self.is_current:
            self.post_message(OpenRun(started.run))

    def _word(self, text: str) -> None:
        self.query_one("#notice", Static).update(text)
