"""The frame of the operator's console: sections, themes, language, palette, help."""

from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar

from rich.terminal_theme import TerminalTheme
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import ModalScreen, Screen

from station.locale import N_, translation
from station.metrology.rounding import Notation
from station.tui.desk import Desk, OpenRun, Page
from station.tui.keystrokes import Keystrokes, NewlyAsked
from station.tui.parts.words import Speech
from station.tui.sections import SECTIONS
from station.tui.themes import COLOURS, PLAIN, THEMES, TITLES

if TYPE_CHECKING:
    from textual.command import Provider

HELP = Binding("question_mark,f1", "help", N_("help"), tooltip=N_("this help; F1 while typing"))
PALETTE = Binding(
    "ctrl+p",
    "command_palette",
    N_("commands"),
    tooltip=N_("everything that can be done, found by typing"),
    priority=True,
)
LEAVE = Binding(
    "q",
    "leave",
    N_("leave"),
    tooltip=N_("back to the page before; on a section's first page: close the console"),
)
QUIT = Binding(
    "ctrl+q",
    "quit",
    N_("quit"),
    show=False,
    priority=True,
    tooltip=N_("close the console at once; runs go on without it"),
)
DIGITS = Binding(
    ",".join(section.key for section in SECTIONS),
    "",
    N_("sections"),
    key_display="1 2 3 …",
    tooltip=N_("the sections of the first line; again: its first screen; Esc first while typing"),
)
"""Only for the help: each digit has a binding of its own."""

BETWEEN = "between"

SETTLE_SECONDS = 0.015
"""How long (s) a section that is opened has until it is painted; a key is answered at once."""


def _commands() -> "type[Provider]":
    # Late, as what is only shown on demand: the first screen must be there at once.
    from station.tui.palette import ConsoleCommands

    return ConsoleCommands


class StationConsole(App[None]):
    """Shows the sections; it owns nothing but the terminal."""

    CSS_PATH = "console.tcss"
    TITLE = "Calibration station"
    COMMANDS: ClassVar = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(each.key, f"section('{each.name}')", show=False) for each in SECTIONS),
        *(HELP, PALETTE, LEAVE, QUIT),
        Binding("escape", "page_back", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.keystrokes = Keystrokes(self, super().on_event)
        for theme in THEMES:
            self.register_theme(theme)
        self._fill_modes()
        chosen = desk.memory.settings.theme
        self.theme = PLAIN if self.no_color else chosen if chosen in TITLES else next(iter(TITLES))

    @property
    def failure(self) -> Exception | None:
        """What ended the console, where it was an error of the program."""
        return self._exception

    def _fatal_error(self) -> None:
        # Textual's report has the values of variables, a password that is typed among them.
        self._close_messages_no_wait()

    async def on_mount(self) -> None:
        """Begin with the first section."""
        await self.switch_mode(SECTIONS[0].name)
        complaint = self.desk.memory.complaint
        if complaint is not None:
            self.notify(complaint.told(self.desk.say), severity="warning", markup=False)

    @property
    def ansi_theme(self) -> TerminalTheme:
        """What the terminal's colours are in the present theme."""
        return COLOURS.get(self.theme) or super().ansi_theme

    def get_line_filters(self) -> list[LineFilter]:
        """Leave colours out of the plain theme altogether; bold, reverse and underlined stay."""
        plain = [NoColor()] if self.theme == PLAIN else []
        return [*super().get_line_filters(), *plain]

    def delay_update(self, delay: float = SETTLE_SECONDS) -> None:
        """Paint nothing for a moment while a section is opened."""
        super().delay_update(delay)

    async def on_event(self, event: events.Event) -> None:
        """Give keys on one after the other."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.keystrokes.typed(event)
        else:
            await super().on_event(event)

    def on_newly_asked(self, _: NewlyAsked) -> None:
        """Take nothing for an answer that was typed before the question could be read."""
        # Who types in a dialog over it, an abort's reason perhaps, does not answer.
        if not isinstance(self.screen, ModalScreen):
            self.keystrokes.hush()

    def on_open_run(self, message: OpenRun) -> None:
        """Show a run, on top of the list of runs."""
        from station.tui.run.screen import RunScreen

        self.switch_mode(SECTIONS[0].name)
        self._to_first_screen()
        self.push_screen(RunScreen(self.desk, message.run))

    def action_section(self, name: str) -> None:
        """Open a section as it was left; again, its first screen."""
        if self.current_mode == name:
            self._to_first_screen()
        else:
            self.switch_mode(name)

    def action_page_back(self) -> None:
        """Go back to the page before, if there is one."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    async def action_leave(self) -> None:
        """Go back to the page before; from a section's first page out of the console."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            await self.action_quit()

    def action_command_palette(self) -> None:
        """Show the palette in the reader's language."""
        from station.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            placeholder = self.desk.say("What is to be done?")
            self.push_screen(Palette(placeholder=placeholder, id="--command-palette"))

    def action_help(self) -> None:
        """Say which key does what on this screen."""
        from station.tui.help import HelpDialog, help_of

        say, screen = self.desk.say, self.screen
        if not isinstance(screen, ModalScreen):
            frame = (DIGITS, HELP, PALETTE, LEAVE, QUIT)
            self.push_screen(HelpDialog(say("Help"), help_of(screen, frame, say)))

    def action_sign_in(self) -> None:
        """Let another person sit down."""
        from station.tui.sign_in import SignInDialog

        def sit(login: str | None) -> None:
            if login is not None:
                self._again(replace(self.desk, by=login, signed_in=True))

        self.push_screen(SignInDialog(self.desk), sit)

    def choose_theme(self, name: str) -> None:
        """Look different, and remember it."""
        self.theme = name
        self._keep(theme=name)

    def choose_language(self, language: str) -> None:
        """Speak another language, and remember it."""
        self._keep(language=language)
        speech = Speech(translation(language), Notation(language))
        self._again(replace(self.desk, say=speech))

    def _to_first_screen(self) -> None:
        for _ in self.screen_stack[1:]:
            self.pop_screen()

    def _keep(self, **choice: str) -> None:
        complaint = self.desk.keep(**choice)
        if complaint:
            self.notify(complaint, severity="warning", markup=False)

    def _fill_modes(self) -> None:
        for section in SECTIONS:
            self.add_mode(section.name, partial(section.make, self.desk))

    def _again(self, desk: Desk) -> None:
        """Make all screens anew for another desk; the page that is shown stays at its place."""
        self.desk = desk
        here = self.current_mode
        first, *rest = self.screen_stack
        if isinstance(first, Page):
            first = first.anew(desk)
        else:
            first = next(each for each in SECTIONS if each.name == here).make(desk)
        known = takewhile(lambda screen: isinstance(screen, Page), rest)
        pages = [screen.anew(desk) for screen in known if isinstance(screen, Page)]
        self.call_next(self._rebuild, here, first, pages)

    async def _rebuild(self, here: str, first: Screen[Any], pages: list[Screen[Any]]) -> None:
        # The mode that is shown cannot be removed.
        self.add_mode(BETWEEN, lambda: Screen[None]())
        await self.switch_mode(BETWEEN)
        for section in SECTIONS:
            await self.remove_mode(section.name)
        self._fill_modes()
        await self.remove_mode(here)
        self.add_mode(here, lambda: first)
        await self.switch_mode(here)
        await self.remove_mode(BETWEEN)
        for page in pages:
            await self.push_screen(page)
