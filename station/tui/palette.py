"""The command palette: whatever a key can do here, and what has no key."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from station.locale import LANGUAGES, N_
from station.tui.parts.folding import folded
from station.tui.parts.keys import key_name, offered
from station.tui.sections import SECTIONS
from station.tui.themes import TITLES

if TYPE_CHECKING:
    from station.tui.app import StationConsole

NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""A language's own name: whoever needs it can read it."""


class Palette(CommandPalette):
    """Textual's, which fails at a page key where a terminal has no line for its list."""

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)


class Told(NamedTuple):
    """One command: what it is called, what it does, and the call that does it."""

    title: str
    help: str
    call: Callable[[], Any]


def commands(app: "StationConsole", screen: Screen[Any]) -> Iterator[Told]:
    """Return what can be done now: on this screen first, then in the console."""
    say = app.desk.say
    yield from _keys(app, screen, own=True)
    for section in SECTIONS:
        title = f"{say('Section')}: {say(section.title)}  ({section.key})"
        yield Told(title, "", partial(app.run_action, f"section('{section.name}')"))
    for name, words in TITLES.items():
        yield Told(f"{say('Look')}: {say(words)}", "", partial(app.choose_theme, name))
    for language in LANGUAGES:
        title = f"{say('Language')}: {NAMES[language]}"
        yield Told(title, "", partial(app.choose_language, language))
    yield Told(say("Sign in as somebody else"), say(SIGN_IN), app.action_sign_in)
    yield from _keys(app, screen, own=False)


def _keys(app: "StationConsole", screen: Screen[Any], *, own: bool) -> Iterator[Told]:
    """Return what the screen's own keys do, or the frame's."""
    say = app.desk.say
    for node, binding in offered(screen):
        if binding.system or binding.action == "command_palette" or (node is app) is own:
            continue
        title = f"{say(binding.description).capitalize()}  ({key_name(binding)})"
        call = partial(app.run_action, binding.action, node)
        yield Told(title, say(binding.tooltip), call)


SIGN_IN = N_("Whoever reviews or approves is another person than whoever measured.")


class ConsoleCommands(Provider):
    """Offers the commands to Textual's palette, in the order in which they are told."""

    async def discover(self) -> Hits:
        """Offer all."""
        for told in self._told():
            yield DiscoveryHit(Content(told.title), told.call, told.title, told.help or None)

    async def search(self, query: str) -> Hits:
        """Offer those that match, typed with accents or without."""
        matcher, found = self.matcher(folded(query)), False
        for told in self._told():
            score, offsets = matcher.fuzzy_search.match(matcher.query, folded(told.title))
            if score > 0:
                found = True
                shown = Content(told.title)
                for at in offsets:
                    shown = shown.stylize("bold underline", at, at + 1)
                yield Hit(score, shown, told.call, told.title, told.help or None)

        if not found:
            # Textual's own word for it would be an English one.
            none = self._console.desk.say("Nothing here fits.")
            yield Hit(1.0, Content(none), lambda: None, none)

    def _told(self) -> Iterator[Told]:
        return commands(self._console, self.screen)

    @property
    def _console(self) -> "StationConsole":
        from station.tui.app import StationConsole

        assert isinstance(self.app, StationConsole)
        return self.app
