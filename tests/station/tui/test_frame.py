"""The console's frame: sections, palette, help, themes, language, what is remembered."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from rich.cells import cell_len
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

import station.tui
from station.errors import StoreFailed
from station.metrology.rounding import Notation
from station.records.store import Store
from station.tui.app import StationConsole
from station.tui.desk import Desk, OpenRun
from station.tui.help import HelpDialog
from station.tui.palette import commands
from station.tui.parts.cells import LEAST, Column
from station.tui.parts.dialogs import ReasonDialog
from station.tui.parts.folding import folded
from station.tui.parts.keys import described, fitting, offered
from station.tui.run.screen import RunScreen
from station.tui.runs.screen import RunsScreen
from station.tui.sections import SECTIONS
from station.tui.settings import Memory, Settings, remembered
from station.tui.themes import COLOURS, PLAIN, THEMES, TITLES
from tests.station.register.people import PASSWORD, REVIEWER, enter
from tests.station.tui.journals import begin
from tests.station.tui.screens import desk, open_run, poll, speech, text_of
from tests.station.tui.waiting import until

RUN = "20260302-0a1b2c"
SIZE = (100, 30)


def on_console(sits: Desk, act: Callable[[Pilot[None], StationConsole], Awaitable[None]]) -> None:
    async def whole() -> None:
        app = StationConsole(sits)
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await pilot.pause()
            await act(pilot, app)

    asyncio.run(whole())


def test_a_digit_opens_its_section_as_it_was_left_and_again_its_first_screen(store: Store) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await open_run(pilot, RUN)
        for section in SECTIONS[1:]:
            await pilot.press(section.key)
            assert app.current_mode == section.name
            # Out of the line, where one is typed in.
            await pilot.press("escape")
        await pilot.press("1")
        if len(SECTIONS) > 1:
            assert isinstance(app.screen, RunScreen)
            await pilot.press("1")
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(store), act)


def test_every_section_has_a_digit_and_a_name_of_its_own() -> None:
    assert [each.key for each in SECTIONS] == [str(n + 1) for n in range(len(SECTIONS))]
    assert len({each.name for each in SECTIONS}) == len(SECTIONS)


def test_a_screen_can_ask_for_a_run(store: Store) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.screen.post_message(OpenRun(RUN))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(store), act)


def test_a_run_is_opened_on_top_of_the_list_and_not_of_another_run(store: Store) -> None:
    for run in (RUN, f"{RUN[:-1]}d"):
        begin(store, run)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await open_run(pilot, RUN)
        await app.switch_mode(SECTIONS[-1].name)
        app.screen.post_message(OpenRun(f"{RUN[:-1]}d"))
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(store), act)


@pytest.mark.parametrize("key", ["question_mark", "f1"])
def test_the_help_tells_the_keys_that_act(store: Store, key: str) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        shown = text_of(pilot)
        for binding in described(RunsScreen):
            assert binding.tooltip in shown
        await pilot.press(key)
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(store), act)


def test_the_footer_shows_what_acts_and_the_palette_offers_it(store: Store) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await poll(pilot)
        footer = text_of(pilot).splitlines()[-1]
        assert footer == "[Enter] open  [n] new run  [?] help  [^P] commands  [q] leave"
        offered = [told.title for told in commands(app, app.screen)]
        assert offered[:2] == ["Open  (Enter)", "New run  (n)"]
        for section in SECTIONS:
            assert f"Section: {section.title}  ({section.key})" in offered

    on_console(desk(store), act)


def test_every_key_of_the_run_is_in_the_palette(store: Store) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await open_run(pilot, RUN)
        there = {binding.key for _, binding in offered(app.screen)}
        assert there >= set("pavrcnw")

    on_console(desk(store), act)


def test_the_palette_finds_a_command_and_does_it(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press(*"high", "down", "enter")
        await pilot.pause()
        assert app.theme == "contrast"

    on_console(desk(store), act)


def test_page_keys_do_nothing_in_a_palette_without_a_line(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await pilot.resize_terminal(60, 4)
        await pilot.press("ctrl+p", "s", "pageup", "pagedown")
        assert isinstance(app.screen, CommandPalette)

    on_console(desk(store), act)


def test_the_palette_says_that_nothing_fits_in_the_reader_s_language(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await pilot.press("ctrl+p", *"zzzq")
        await until(pilot, lambda: "Không có gì phù hợp." in text_of(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))

    on_console(desk(store, speech("vi")), act)


@pytest.mark.parametrize(
    ("typed", "title"),
    [("chay", "chạy tiếp"), ("Đo", "Do"), ("soat xet", "soát xét"), ("ƯỚC", "UOC")],
)
def test_accents_are_no_hindrance(typed: str, title: str) -> None:
    assert folded(typed) == folded(title)[: len(typed)]


def test_a_reason_is_written_composed_and_a_too_long_one_stays_to_be_shortened(
    store: Store,
) -> None:
    reasons: list[str | None] = []

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.push_screen(ReasonDialog("Void?", speech("en")), reasons.append)
        await pilot.pause()
        line = app.screen.query_one(Input)
        line.value = "e" * 501
        await pilot.press("enter")
        assert "✗ At most 500 letters." in text_of(pilot)
        line.value = "Vie\u0323\u0302t"
        await pilot.press("enter")

    on_console(desk(store), act)
    assert reasons == ["Vi\u1ec7t"]


def test_a_composed_and_a_decomposed_text_fold_to_the_same_number_of_letters() -> None:
    assert folded("e\u0302\u0323") == folded("\u1ec7") == "e"


@pytest.mark.parametrize(
    ("width", "shown"),
    [(40, "[a] one  [b] two  [?] help"), (20, "[a] one  [?] help"), (8, "[?] help")],
)
def test_the_frames_own_hints_are_never_pushed_out(width: int, shown: str) -> None:
    assert fitting(["[a] one", "[b] two"], ["[?] help"], width) == shown


def test_a_theme_and_a_language_are_remembered(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "config" / "console.toml"

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.choose_theme("light")
        app.choose_language("vi")
        await pilot.pause()
        await pilot.pause()
        assert "Phiên đo" in text_of(pilot)

    on_console(desk(store, memory=Memory(path)), act)
    assert remembered(path).settings == Settings(theme="light", language="vi")
    assert [each.name for each in path.parent.iterdir()] == ["console.toml"]

    async def again(pilot: Pilot[None], app: StationConsole) -> None:
        assert app.theme == "light"

    on_console(desk(store, memory=remembered(path)), again)


def test_another_language_leaves_whoever_chose_it_on_the_page(store: Store) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await open_run(pilot, RUN)
        app.choose_language("vi")
        await until(pilot, lambda: app.desk.say.notation is Notation.VI)
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: "trợ giúp" in text_of(pilot))
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(store), act)


@pytest.mark.parametrize("content", ["theme = ", 'colour = "red"', 'language = "fr"', b"\xff"])
def test_a_file_that_is_not_understood_is_as_none_with_a_word(
    store: Store, tmp_path: Path, content: str | bytes
) -> None:
    path = tmp_path / "console.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    memory = remembered(path)
    assert memory.settings == Settings()
    assert str(path) in str(memory.complaint)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await pilot.pause()
        assert "console.toml" in text_of(pilot)

    on_console(desk(store, memory=memory), act)


def test_a_folder_that_may_not_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    memory = remembered(tmp_path / "console.toml")
    assert memory.settings == Settings()
    assert "console.toml" in str(memory.complaint)


def test_settings_that_cannot_be_written_hold_for_the_day(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    memory = Memory(tmp_path / "file" / "console.toml")

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.choose_theme("light")
        await pilot.pause()
        assert app.theme == "light"
        assert "cannot be kept" in text_of(pilot)

    on_console(desk(store, memory=memory), act)


def test_an_unknown_theme_is_as_none(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        assert app.theme == "dark"

    on_console(desk(store, memory=Memory(settings=Settings(theme="pink"))), act)


@pytest.mark.parametrize("way", ["theme", "NO_COLOR"])
def test_plain_has_no_colour_at_all(
    store: Store, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        if way == "theme":
            app.theme = PLAIN
        await poll(pilot)
        assert app.theme == PLAIN
        for strip in app.screen._compositor.render_strips():
            for segment in strip:
                for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert colour is None or colour.is_default

    on_console(desk(store), act)


def test_every_theme_has_a_title_and_every_colour_can_be_read() -> None:
    assert {theme.name for theme in THEMES} == set(TITLES) == {*COLOURS, PLAIN}
    for name, colours in COLOURS.items():
        for number in range(1, 8):
            ratio = contrast(tuple(colours.ansi_colors[number]), tuple(colours.background_color))
            assert ratio > (7.0 if name == "contrast" else 4.5), (name, number, ratio)


@pytest.mark.parametrize("theme", COLOURS)
def test_a_line_to_type_in_is_seen_while_it_is_empty(store: Store, theme: str) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.theme = theme
        app.push_screen(ReasonDialog("Void?", speech("en")))
        await pilot.pause()
        line = app.screen.query_one(Input)
        ground, text = line.background_colors[1].rgb, line.colors[3].rgb
        assert ground != line.background_colors[0].rgb
        assert contrast(text, ground) > 4.5

    on_console(desk(store), act)


def tables() -> Iterator[Column]:
    """Every column of every table of the console."""
    for module in walk_packages(station.tui.__path__, "station.tui."):
        for value in vars(import_module(module.name)).values():
            some = value if isinstance(value, tuple) else (value,)
            yield from (each for each in some if isinstance(each, Column))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_heading_is_cut(language: str) -> None:
    say = speech(language)
    columns = [column for column in tables() if column.narrow >= LEAST]
    assert len(columns) > 40
    cut = {f"{c.key} {say(c.heading)}" for c in columns if cell_len(say(c.heading)) >= c.narrow}
    assert cut == set()


def test_without_colour_a_line_to_type_in_has_a_mark(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.theme = PLAIN
        app.push_screen(ReasonDialog("Void?", speech("en")))
        await pilot.pause()
        assert "│ ▌ " in text_of(pilot)

    on_console(desk(store), act)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast ratio (WCAG 2.1, 1.4.3 and its definition of relative luminance)."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [part / 255 for part in colour]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_lost_store_is_shown_until_it_answers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await poll(pilot)
        with monkeypatch.context() as patch:

            def lost(_: Store) -> None:
                raise StoreFailed("The store does not answer.")

            patch.setattr(Store, "runs", lost)
            await poll(pilot)
            shown = text_of(pilot)
            assert "✗ STORE LOST" in shown.splitlines()[0]
            assert "The store does not answer." in shown
            assert RUN in shown
        await poll(pilot)
        assert "LOST" not in text_of(pilot)

    on_console(desk(store), act)


def test_a_store_file_that_was_moved_away_is_lost_until_it_is_back(
    store: Store, tmp_path: Path
) -> None:
    begin(store, RUN)

    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        await poll(pilot)
        (tmp_path / "s.db").rename(tmp_path / "away.db")
        await poll(pilot)
        assert "✗ STORE LOST" in text_of(pilot)
        assert "was removed or replaced" in " ".join(text_of(pilot).split())
        await open_run(pilot, RUN)
        assert "was removed or replaced" in " ".join(text_of(pilot).split())
        (tmp_path / "away.db").rename(tmp_path / "s.db")
        await poll(pilot)
        assert "removed or" not in text_of(pilot)

    on_console(desk(store), act)


def test_who_sits_here_is_in_the_first_line(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        assert text_of(pilot).splitlines()[0].endswith("s.db · Operator A")

    on_console(desk(store), act)

    async def proved(pilot: Pilot[None], app: StationConsole) -> None:
        assert text_of(pilot).splitlines()[0].endswith("s.db · Operator A ✓")

    on_console(replace(desk(store), signed_in=True), proved)


@pytest.fixture
def accounts(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one account, and a folder for sessions that is this user's alone."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    enter(store)
    return store


@pytest.mark.parametrize(
    ("language", "wrong"),
    [("en", f"✗ The password of {REVIEWER} is"), ("vi", f"✗ Mật khẩu của {REVIEWER} không đúng")],
)
def test_another_person_signs_in_and_what_is_wrong_is_said(
    accounts: Store, language: str, wrong: str
) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.action_sign_in()
        await pilot.pause()
        await pilot.press(*REVIEWER, "enter", *"wrong", "enter")
        await until(pilot, lambda: wrong in text_of(pilot))
        app.screen.query_one("#password", Input).value = PASSWORD
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.by == REVIEWER)
        await until(pilot, lambda: text_of(pilot).splitlines()[0].endswith(f"{REVIEWER} ✓"))
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(accounts, speech(language)), act)


@pytest.mark.parametrize("then", ["enter", "escape"])
def test_a_key_while_the_password_is_compared_does_no_harm(accounts: Store, then: str) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.action_sign_in()
        await pilot.pause()
        await pilot.press(*REVIEWER, "enter")
        app.screen.query_one("#password", Input).value = PASSWORD
        await pilot.press("enter", then)
        await until(pilot, lambda: app.desk.by == REVIEWER)
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))

    on_console(desk(accounts), act)


def test_signing_in_can_be_left(accounts: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        app.action_sign_in()
        await pilot.pause()
        await pilot.press("escape")
        assert app.desk.by == "Operator A"
        assert isinstance(app.screen, RunsScreen)

    on_console(desk(accounts), act)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_all_sections_and_who_sits_here_have_room_in_eighty_cells(
    store: Store, language: str
) -> None:
    async def whole() -> None:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            line = text_of(pilot).splitlines()[0]
            for section in SECTIONS:
                assert f"{section.key} {speech(language)(section.title)} " in line
            assert line.endswith(" Operator A")

    asyncio.run(whole())


def test_a_section_is_opened_with_the_mouse(store: Store) -> None:
    async def act(pilot: Pilot[None], app: StationConsole) -> None:
        line = text_of(pilot).splitlines()[0]
        for section in reversed(SECTIONS[:3]):
            await pilot.click("#bar", offset=(line.index(f"{section.key} "), 0))
            assert app.current_mode == section.name

    on_console(desk(store), act)
