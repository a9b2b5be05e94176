"""The screens of results: found, reviewed, approved, issued, amended, withdrawn, traced."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.certificate.texts import Languages
from station.clock import ZONE, day_of
from station.errors import BadInput, Refused
from station.metrology.rounding import Notation
from station.records.store import Store, open_store
from station.register import book, lives
from station.register.entries import Issued, LaboratoryAdopted, PersonEntered, Role, RoleGiven
from station.register.lives import Stage
from station.register.state import Lives, Register
from station.register.work import work_of
from station.run import journal
from station.run.entries import Decided
from station.run.entries import Finished as Finished_
from station.run.plan import Phase
from station.tui.acting import refuse_unproved
from station.tui.app import StationConsole
from station.tui.desk import Desk
from station.tui.parts import numbers
from station.tui.parts.dialogs import Tick
from station.tui.parts.listing import Listing
from station.tui.parts.rows import Rows
from station.tui.results.acts import Act, Case, may, possible
from station.tui.results.dialogs import DecisionDialog
from station.tui.results.doors import (
    Asked,
    Signing,
    Wish,
    asked,
    begins_with,
    certified,
    certify,
    remember,
)
from station.tui.results.doors import document as document_of
from station.tui.results.finished import (
    Finished,
    Item,
    ResultLine,
    ResultsWatch,
    lines_of,
    narrowed,
)
from station.tui.results.issuing import IssueDialog
from station.tui.results.page import ResultScreen
from station.tui.results.paper import PaperScreen
from station.tui.results.screen import ResultsScreen
from station.tui.results.seen import ResultWatch
from station.tui.results.steps import ISSUE
from station.tui.results.tree import TraceScreen, TraceTree
from station.tui.run.point import PointScreen
from station.tui.settings import Memory, Settings
from tests.station.certificate.authority import PASSWORD
from tests.station.certificate.authority import laboratory as seal
from tests.station.certificate.gauges import DUTS, Gauges
from tests.station.certificate.runs import LABORATORY
from tests.station.register.people import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    REVIEWER,
    TECHNICIAN,
    enter,
)
from tests.station.register.people import PASSWORD as SIGN_IN_PASSWORD
from tests.station.tui.journals import StillWall, begin
from tests.station.tui.results import FEW, NOW, decided, measured, signed_in
from tests.station.tui.screens import ENGLISH, compare, desk, speech, text_of
from tests.station.tui.waiting import settled, until

SIZES = {"80": (80, 24), "120": (120, 40)}
RUN = "20261120-a1b2c3"


def on_results(
    sits: Desk,
    act: Callable[[Pilot[None], ResultsScreen], Awaitable[None]],
    size: tuple[int, int] = (100, 30),
) -> None:
    async def whole() -> None:
        app = StationConsole(sits)
        async with app.run_test(size=size) as pilot:
            await pilot.press("4")
            screen = app.screen
            assert isinstance(screen, ResultsScreen)
            await until(
                pilot,
                lambda: bool(screen._listing.shown) and bool(screen._listing.shown[0].verdict),
            )
            await pilot.pause()
            await act(pilot, screen)

    asyncio.run(whole())


async def opened(pilot: Pilot[None]) -> ResultScreen:
    """Open the result under the cursor."""
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, ResultScreen))
    page = pilot.app.screen
    assert isinstance(page, ResultScreen)
    await until(pilot, lambda: page._seen is not None)
    await pilot.pause()
    return page


async def stands(pilot: Pilot[None], page: ResultScreen, stage: Stage) -> None:
    await until(pilot, lambda: page._seen is not None and page._seen.case.stage is stage)
    await pilot.pause()


async def sign_in(pilot: Pilot[None], login: str) -> None:
    """Let another person sit down."""
    app = pilot.app
    assert isinstance(app, StationConsole)
    app.action_sign_in()
    await pilot.pause()
    await pilot.press(*login, "enter")
    app.screen.query_one("#password", Input).value = SIGN_IN_PASSWORD
    await pilot.press("enter")
    await until(pilot, lambda: app.desk.by == login)
    await until(pilot, lambda: text_of(pilot).splitlines()[0].endswith(f"{login} ✓"))


# -- the list --------------------------------------------------------------------------------


LIFE = tuple(Stage)


@pytest.fixture(scope="module")
def every_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a run at each stage; nobody writes into it."""
    with open_store(str(tmp_path_factory.mktemp("results") / "s.db")) as store:
        enter(store)
        for number, stage in enumerate(LIFE):
            run = measured(store, f"20261120-00000{number}", adjusted=stage is Stage.REVIEWED)
            decided(store, run, stage)
        yield store


def test_the_list_says_where_each_result_stands(every_stage: Store) -> None:
    lines = ResultsWatch(desk(every_stage)).look()
    assert {line.stage for line in lines} == set(Stage)
    assert all(line.item.startswith("MY53200001") and line.verdict for line in lines)
    assert {line.number for line in lines} == {"", "C26.00001", "C26.00003", "C26.00004"}


def test_only_what_is_new_is_read_again(store: Store) -> None:
    watch = ResultsWatch(desk(store))
    assert watch.look() == ()
    run = measured(store)
    for _ in range(8):
        lines = watch.look()
    assert [line.run for line in lines] == [run]
    assert watch.look() is lines
    decided(store, run, Stage.REVIEWED)
    assert [line.stage for line in watch.look()] == [Stage.REVIEWED]


def test_a_run_has_results_from_its_end_on(store: Store) -> None:
    watch = ResultsWatch(desk(store))
    journal_of = begin(store, RUN)
    assert watch.look() == ()
    journal_of.append(Decided(phase=Phase.AS_FOUND, verdict="pass"))
    journal_of.append(Finished_(verdict="pass"))
    looks = [watch.look() for _ in range(8)]
    assert [(each.run, each.verdict, each.simulated) for each in looks[-1]] == [(RUN, "pass", True)]


def test_many_runs_are_read_a_few_at_a_time(store: Store) -> None:
    for number in range(12):
        measured(store, f"20261120-{number:06}", shots=FEW[:1])
    watch = ResultsWatch(desk(store))
    assert sum(bool(each.verdict) for each in watch.look()) == 10
    assert sum(bool(each.verdict) for each in watch.look()) == 12


def line() -> ResultLine:
    item = Item("dut", "MY123 Đồng hồ vạn năng")
    run = Finished(RUN, "dmm", "", NOW, items=(item,))
    issued = Issued(by="a", number="C26.00042", run=RUN, dut="dut", pdf="", xml="")
    return lines_of(run, Register(items={(RUN, "dut"): Lives(issued=(issued,))}), "a", day_of(NOW))[
        0
    ]


@pytest.mark.parametrize(
    ("wanted", "stage", "found"),
    [
        ("", None, True),
        ("my123", None, True),
        ("dong ho VAN", None, True),
        ("đồng hồ", None, True),
        ("00042 dmm", None, True),
        ("a1b2", None, True),
        ("issued", None, True),
        ("my123 balance", None, False),
        ("", Stage.ISSUED, True),
        ("", Stage.MEASURED, False),
    ],
)
def test_typing_narrows(wanted: str, stage: Stage | None, *, found: bool) -> None:
    assert bool(narrowed([line()], wanted, stage, ENGLISH, mine=False)) is found


def test_a_stage_is_found_in_the_reader_s_language() -> None:
    assert narrowed([line()], "da cap", None, speech("vi"), mine=False)


@pytest.mark.parametrize(
    ("by", "mine"),
    [
        (TECHNICIAN, {"measure", "issue"}),
        (REVIEWER, {"review", "issue"}),
        (APPROVER, {"approve", "issue"}),
        (AUDITOR, set()),
        ("nobody", set()),
    ],
)
def test_the_list_says_what_comes_next_and_whether_it_falls_to_who_asks(
    every_stage: Store, by: str, mine: set[str]
) -> None:
    lines = ResultsWatch(at_now(every_stage, by)).look()
    assert {line.stage: line.step and line.step.word for line in lines} == {
        Stage.MEASURED: "review",
        Stage.RETURNED: "measure",
        Stage.REVIEWED: "approve",
        Stage.APPROVED: "issue",
        Stage.ISSUED: None,
        Stage.AMENDED: None,
        Stage.WITHDRAWN: None,
    }
    assert {line.step.word for line in lines if line.step and line.mine} == mine


def test_a_reviewer_s_own_measurement_waits_for_another(store: Store) -> None:
    enter(store)
    named = PersonEntered(by=ADMINISTRATOR, login="giang", name="Operator A")
    given = RoleGiven(by=ADMINISTRATOR, login="giang", role=Role.REVIEWER)
    book.act(store, StillWall(NOW), lambda _: [named, given])
    measured(store)
    (line,) = ResultsWatch(at_now(store, "giang")).look()
    assert not line.mine


def test_where_nobody_is_checked_the_certificate_comes_next(store: Store) -> None:
    measured(store)
    (line,) = ResultsWatch(at_now(store)).look()
    assert (line.step, line.mine) == (ISSUE, True)


def test_an_empty_list_says_what_to_do(store: Store) -> None:
    async def whole() -> None:
        async with StationConsole(desk(store)).run_test(size=SIZES["80"]) as pilot:
            await pilot.press("4")
            await until(pilot, lambda: "No run is finished yet. 2 starts one" in text_of(pilot))

    asyncio.run(whole())


def test_a_run_that_was_tampered_with_does_not_hide_the_others(
    store: Store, tmp_path: Path
) -> None:
    for run in ("20261120-aaaaaa", "20261120-bbbbbb"):
        measured(store, run, shots=FEW[:1])
    with sqlite3.connect(tmp_path / "s.db") as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        changed = "UPDATE entry SET body = replace(body, '34461A', '34470A') WHERE run LIKE '%a'"
        database.execute(changed)
    database.close()

    async def act(pilot: Pilot[None], screen: ResultsScreen) -> None:
        lines = {line.run: line for line in screen._listing.shown}
        assert not lines["20261120-aaaaaa"].readable
        assert lines["20261120-bbbbbb"].verdict
        assert "! cannot be read" in text_of(pilot)
        await pilot.press("slash", *"aaaaaa", "enter", "enter")
        await until(pilot, lambda: "station audit" in text_of(pilot))
        await pilot.press("v", "t", "a", "enter")
        assert isinstance(pilot.app.screen, ResultScreen)

    on_results(desk(store), act, (120, 30))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_list(every_stage: Store, language: str) -> None:
    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        compare(f"results-80-{language}", await settled(pilot, text_of))

    on_results(desk(every_stage, speech(language)), act, SIZES["80"])


def test_from_a_hundred_cells_on_the_time_tells_runs_of_one_item_apart(
    every_stage: Store,
) -> None:
    async def act(pilot: Pilot[None], screen: ResultsScreen) -> None:
        at = screen._listing.shown[0].at.astimezone(ZONE)
        assert f"{at:%Y-%m-%d %H:%M} " in text_of(pilot)
        await pilot.resize_terminal(99, 30)
        await until(pilot, lambda: f"{at:%H:%M} " not in text_of(pilot))
        assert f"{at:%Y-%m-%d} " in text_of(pilot)

    on_results(desk(every_stage), act)


def test_keys_of_the_list(every_stage: Store) -> None:
    async def act(pilot: Pilot[None], screen: ResultsScreen) -> None:
        await pilot.press("slash", *"c26", "enter")
        assert len(screen._listing.shown) == 3
        await pilot.press("escape")
        assert len(screen._listing.shown) == len(LIFE)
        await pilot.press("f", "f")
        assert [each.stage for each in screen._listing.shown] == [Stage.RETURNED]
        await pilot.press("escape")
        assert len(screen._listing.shown) == len(LIFE)
        await pilot.press("slash", *"nothing")
        await pilot.pause()
        assert "Nothing here fits. Esc shows all again." in text_of(pilot)

    on_results(desk(every_stage), act)


# -- who may do what -------------------------------------------------------------------------


def case(store: Store, by: str, run: str = RUN) -> Case:
    work = work_of(list(journal.read(store, run)))
    return Case(book.read(store), work, "dut", by, day_of(NOW))


@pytest.mark.parametrize(
    ("stage", "by", "allowed"),
    [
        (Stage.MEASURED, REVIEWER, {Act.ACCEPT, Act.RETURN}),
        (Stage.MEASURED, TECHNICIAN, set()),
        (Stage.MEASURED, AUDITOR, set()),
        (Stage.RETURNED, REVIEWER, {Act.ACCEPT}),
        (Stage.REVIEWED, APPROVER, {Act.APPROVE}),
        (Stage.REVIEWED, REVIEWER, {Act.RETURN}),
        (Stage.APPROVED, TECHNICIAN, {Act.ISSUE}),
        (Stage.APPROVED, AUDITOR, set()),
        (Stage.ISSUED, APPROVER, {Act.AMEND, Act.WITHDRAW}),
        (Stage.ISSUED, REVIEWER, set()),
        (Stage.WITHDRAWN, APPROVER, {Act.REPLACE}),
    ],
)
def test_who_may_do_what(store: Store, stage: Stage, by: str, allowed: set[Act]) -> None:
    enter(store)
    decided(store, measured(store), stage)
    told = may(case(store, by), ENGLISH)
    assert {one.act for one in told if not one.why_not} == allowed
    assert all(one.way_out for one in told if one.why_not)


def test_whoever_measured_is_told_that_another_person_must(store: Store) -> None:
    enter(store)
    named = PersonEntered(by=ADMINISTRATOR, login="giang", name="Operator A")
    book.act(store, StillWall(NOW), lambda _: [named])
    measured(store)
    told = may(case(store, "giang"), ENGLISH)
    assert {one.why_not for one in told} == {
        "giang took part in measuring: another person must do it."
    }
    assert "sign in as somebody else" in told[0].way_out


def test_where_nobody_is_checked_nothing_need_come_before(store: Store) -> None:
    measured(store)
    told = may(case(store, "Operator A"), ENGLISH)
    assert [one.act for one in told if not one.why_not] == [Act.ACCEPT, Act.RETURN, Act.ISSUE]


def test_what_there_is_to_be_done_is_what_the_table_says(store: Store) -> None:
    enter(store)
    measured(store)
    assert possible(case(store, REVIEWER)) == (Act.ACCEPT, Act.RETURN)


def test_a_session_that_is_over_decides_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    sits = signed_in(store, REVIEWER, tmp_path, monkeypatch)
    register = book.read(store)
    refuse_unproved(sits, register)
    late = replace(sits, wall=StillWall(NOW + timedelta(hours=5)))
    for other in (late, replace(sits, by=APPROVER)):
        with pytest.raises(Refused, match="sign in again"):
            refuse_unproved(other, register)


# -- the page --------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "language"), [("80", "vi"), ("120", "en")])
def test_the_page(
    store: Store, size: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    run = measured(store, adjusted=True)
    decided(store, run, Stage.REVIEWED)
    sits = signed_in(store, REVIEWER, tmp_path, monkeypatch, speech(language))

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        compare(f"result-{size}-{language}", await settled(pilot, text_of))

    on_results(sits, act, SIZES[size])


def test_a_result_is_reviewed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    run = measured(store)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        page = await opened(pilot)
        await pilot.press("x", "enter")
        assert "A reason must be given" in text_of(pilot)
        assert isinstance(pilot.app.screen, DecisionDialog)
        await pilot.press(*"Loose", "enter")
        await stands(pilot, page, Stage.RETURNED)
        assert "Loose" in text_of(pilot)
        await pilot.press("a", "enter")
        await stands(pilot, page, Stage.REVIEWED)
        await pilot.press("p")
        await pilot.pause()
        assert "has not the role approver" in text_of(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PointScreen)

    on_results(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)
    assert book.read(store).items[run, "dut"].reviewed is not None


def test_who_signs_in_on_a_page_stays_on_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    for number in range(3):
        measured(store, f"20261120-00000{number}")

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await pilot.press("slash", *"keysight", "enter", "down")
        page = await opened(pilot)
        await pilot.press("down", "down")
        at = page.query_one(Rows).cursor_row
        await sign_in(pilot, APPROVER)
        same = pilot.app.screen
        assert isinstance(same, ResultScreen)
        await until(pilot, lambda: same._seen is not None)
        await pilot.pause()
        assert same._seen is not None
        assert (same._seen.case.by, same._seen.case.work.run) == (APPROVER, "20261120-000001")
        assert same.query_one(Rows).cursor_row == at == 3
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.screen.query_one(Listing).shown != ())
        listing = pilot.app.screen.query_one(Listing)
        assert (listing.words, listing.at) == ("keysight", ("20261120-000001", "dut"))

    on_results(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)


def test_a_certificate_is_approved_issued_amended_and_withdrawn(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    decided(store, measured(store), Stage.REVIEWED)
    folder = tmp_path / "issued"

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        page = await opened(pilot)
        await pilot.press("p", "enter")
        await stands(pilot, page, Stage.APPROVED)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        await pilot.press("space", "tab", "space", "enter")
        assert "Choose a language" in text_of(pilot)
        await pilot.press("space")
        pilot.app.screen.query_one("#folder", Input).value = str(folder)
        await pilot.press("enter")
        await stands(pilot, page, Stage.ISSUED)
        await until(pilot, lambda: "C26.00001 is issued" in text_of(pilot))
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        await pilot.press("enter")
        assert "Say what is changed" in text_of(pilot)
        assert pilot.app.screen.query_one("#folder", Input).value == str(folder)
        assert "The results stay; what is given here is changed." in text_of(pilot)
        pilot.app.screen.query_one("#reason", Input).value = "The language."
        await pilot.press("enter")
        await until(pilot, lambda: "nothing is amended" in text_of(pilot))
        assert len(store.certificates()) == 1
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        assert pilot.app.screen.query_one("#reason", Input).value == "The language."
        pilot.app.screen.query_one("#vi", Tick).tick(ticked=True)
        await pilot.press("enter")
        await stands(pilot, page, Stage.AMENDED)
        await until(pilot, lambda: "C26.00002 is issued" in text_of(pilot))
        await pilot.press("w", *"Bad", "enter")
        await stands(pilot, page, Stage.WITHDRAWN)

    on_results(signed_in(store, APPROVER, tmp_path, monkeypatch), act)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["C26.00001.pdf", "C26.00001.xml", "C26.00002.pdf", "C26.00002.xml"]
    first, _ = store.certificates()
    assert f'"languages":"{Languages.ENGLISH.value}"' in first.order_body


def test_what_is_refused_at_issue_is_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    measured(store, order=None, laboratory=LABORATORY)

    async def act(pilot: Pilot[None], page: ResultsScreen) -> None:
        await opened(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        await pilot.press("enter")
        await until(pilot, lambda: "the order is not known" in text_of(pilot))

    on_results(desk(store), act)


def test_all_items_of_a_run_are_reviewed_at_once(store: Store) -> None:
    run = Gauges().write_down(store)

    async def act(pilot: Pilot[None], screen: ResultsScreen) -> None:
        assert len(screen._listing.shown) == len(DUTS)
        page = await opened(pilot)
        compare("result-conclusions-en", await settled(pilot, text_of))
        await pilot.press("a", "tab", "space", "enter")
        await stands(pilot, page, Stage.REVIEWED)

    on_results(desk(store), act, (100, 40))
    register = book.read(store)
    assert {lives.stage(register, run, dut) for dut in DUTS} == {Stage.REVIEWED}


def test_a_certificate_is_signed_with_a_key(store: Store, tmp_path: Path) -> None:
    run = measured(store)
    key = tmp_path / "key.p12"
    key.write_bytes(seal().p12())
    watch = ResultWatch(at_now(store), run, "dut")
    seen = watch.look()
    signing = Signing(str(key), "wrong")
    wish = Wish(Languages.BOTH, tmp_path, signing=signing)
    with pytest.raises(BadInput, match="password"):
        certify(at_now(store), seen.case, wish)
    sits = at_now(store)
    number, pdf = certify(
        sits, seen.case, replace(wish, signing=replace(signing, password=PASSWORD))
    )
    assert remember(sits, wish) == ""
    assert (sits.memory.settings.folder, sits.memory.settings.key) == (str(tmp_path), str(key))
    assert number == "C26.00001"
    assert b"/Sig" in pdf.read_bytes()
    assert watch.look() is not seen
    assert watch.look().case.stage is Stage.ISSUED


@pytest.mark.parametrize(
    ("signing", "key", "tsa"),
    [
        (
            Signing("k.p12", "s", "http://tsa.test/", (Path("a"), Path("b"))),
            "k.p12",
            "http://tsa.test/",
        ),
        (
            Signing("pkcs11:token=t?module-name=m&pin-value=1234", "s", "http://u:s@tsa.test/"),
            "pkcs11:token=t?module-name=m",
            "",
        ),
        (None, "", ""),
    ],
)
def test_how_it_was_signed_is_remembered_and_no_secret_of_it(
    store: Store, tmp_path: Path, signing: Signing | None, key: str, tsa: str
) -> None:
    file = tmp_path / "console.toml"
    memory = Memory(file)
    assert (
        remember(desk(store, memory=memory), Wish(Languages.BOTH, tmp_path, signing=signing)) == ""
    )
    kept = memory.settings
    assert (kept.key, kept.tsa) == (key, tsa)
    assert kept.crls == ";".join(map(str, signing.crls if signing else ()))
    assert not re.search(r"1234|u:s|\"s\"", file.read_text())


def test_what_signing_needs_is_unfolded_and_put_to_use(store: Store, tmp_path: Path) -> None:
    measured(store)
    wishes: list[Wish | None] = []

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        begins = Wish(Languages.BOTH, tmp_path)
        dialog = IssueDialog("Issue", (), begins, ENGLISH, amends=False)
        pilot.app.push_screen(dialog, wishes.append)
        await pilot.pause()
        assert "Password of the key:" not in text_of(pilot)
        await pilot.press("tab", "tab", "tab", "tab", "space", "enter")
        assert "Name the key, or do not sign." in text_of(pilot)
        assert "Password of the key:" in text_of(pilot)
        await pilot.press(
            "tab", *"k.p12", "tab", *"pw", "tab", *"http://tsa", "tab", *"a;b", "enter"
        )

    on_results(desk(store), act)
    (wish,) = wishes
    assert wish is not None
    assert wish.signing == Signing("k.p12", "pw", "http://tsa", (Path("a"), Path("b")))
    assert "pw" not in repr(wish)


def test_what_a_time_stamp_server_or_a_list_lacks_is_said(store: Store, tmp_path: Path) -> None:
    run = measured(store)
    key = tmp_path / "key.p12"
    key.write_bytes(seal().p12())
    seen = ResultWatch(at_now(store), run, "dut").look()
    for wrong in (
        Signing(str(key), PASSWORD, tsa="tsa.test"),
        Signing(str(key), PASSWORD, tsa="http://["),
        Signing(str(key), PASSWORD, crls=(tmp_path / "none.crl",)),
    ):
        with pytest.raises(BadInput, match=r"time stamp server|none\.crl"):
            certify(at_now(store), seen.case, Wish(Languages.BOTH, tmp_path, signing=wrong))


def test_what_was_typed_and_failed_stands_there_again(store: Store, tmp_path: Path) -> None:
    measured(store)
    memory = Memory(settings=Settings(folder=str(tmp_path), crls="old.crl"))

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        await pilot.press("space", "tab", "tab", "tab", "tab", "space", "tab", *"k.p12", "tab")
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: "old.crl: cannot be read" in text_of(pilot))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueDialog))
        shown = await settled(pilot, text_of)
        for typed in (
            "[ ] Tiếng Việt",
            "[x] English",
            "[x] Sign both",
            "k.p12",
            str(tmp_path)[:60],
        ):
            assert typed in shown
        assert pilot.app.screen.query_one("#password", Input).value == ""

    on_results(replace(desk(store), memory=memory), act, (100, 40))


def test_nothing_secret_stands_there_for_whoever_sits_down_next(
    store: Store, tmp_path: Path
) -> None:
    run = measured(store)
    seen, sits = ResultWatch(at_now(store), run, "dut").look(), at_now(store)
    secret = Signing("pkcs11:object=o?pin-value=1234", PASSWORD, "http://u:s@[")
    with pytest.raises(BadInput, match="time stamp server"):
        certified(sits, seen.case, Wish(Languages.BOTH, tmp_path, signing=secret))
    assert begins_with(sits, seen.case).signing == Signing("pkcs11:object=o", "")


def test_a_number_is_given_to_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(store)
    decided(store, measured(store), Stage.ISSUED)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await pilot.press("v")
        await until(pilot, lambda: "chi has not the role approver" in text_of(pilot))
        await sign_in(pilot, APPROVER)
        await pilot.press("v")
        await until(pilot, lambda: "C26.00002  Calibration certificate" in text_of(pilot))
        assert "T26.00001" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DecisionDialog))
        await pilot.press("enter")
        assert "A reason must be given" in text_of(pilot)
        await pilot.press(*"Misprint", "enter")
        await until(pilot, lambda: "C26.00002 is given to nothing" in text_of(pilot))

    on_results(signed_in(store, REVIEWER, tmp_path, monkeypatch), act)
    voided = book.read(store).voided
    assert {number: entry.reason for number, entry in voided.items()} == {"C26.00002": "Misprint"}


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [(1.369e-05, ".4g", "1,369 × 10⁻⁵"), (-2e6, "+.2g", "−2 × 10⁶"), (0.25, ".4g", "0,25")],
)
def test_a_power_of_ten_is_written_as_people_do(value: float, form: str, shown: str) -> None:
    assert numbers.plain(value, Notation.VI, form) == shown


def test_the_laboratory_s_own_fields_are_asked_for(store: Store) -> None:
    run = measured(store)
    content = b"""
        [[field]]
        valid_from = 2026-01-01
        name = "room"
        label = { vi = "Ph\xc3\xb2ng", en = "Room" }
        """
    document = store.keep(content, name="house.toml", media_type="application/toml")
    entry = LaboratoryAdopted(by="a", document=document)
    book.act(store, StillWall(NOW), lambda _: [entry])
    seen = ResultWatch(at_now(store), run, "dut").look()
    assert asked(at_now(store), seen) == (Asked("room", "Room"),)
    text = document_of(at_now(store), seen.case)
    assert [each.value.en for each in text.house.fields] == ["–"]


def at_now(store: Store, by: str = "Operator A") -> Desk:
    return replace(desk(store, by=by), wall=StillWall(NOW))


# -- text and trace --------------------------------------------------------------------------


def test_a_draft_can_be_read_before_it_is_issued(store: Store) -> None:
    measured(store, adjusted=True)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        await pilot.press("v")
        page = pilot.app.screen
        assert isinstance(page, PaperScreen)
        await until(pilot, lambda: "Manufacturer" in text_of(pilot))
        assert "A draft: nothing is issued yet" in text_of(pilot)
        compare("paper-80-en", await settled(pilot, text_of))
        await pilot.resize_terminal(80, 110)
        await until(pilot, lambda: "End of certificate" in text_of(pilot))
        compare("paper-whole-en", _without_hashes(await settled(pilot, text_of)))
        await pilot.press("l")
        await until(pilot, lambda: "GIẤY CHỨNG NHẬN HIỆU CHUẨN" in text_of(pilot))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ResultScreen)

    on_results(desk(store), act, SIZES["80"])


def test_the_text_of_a_withdrawn_certificate_says_so(store: Store) -> None:
    enter(store)
    decided(store, measured(store), Stage.WITHDRAWN)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        await pilot.press("v")
        told = "✗ Withdrawn by dung: The standard was bad. It is no longer valid."
        await until(pilot, lambda: told in text_of(pilot))
        await pilot.press("end")
        assert (await settled(pilot, text_of)).splitlines()[1].rstrip() == told

    on_results(desk(store, by=AUDITOR), act, SIZES["80"])


def test_each_certificate_of_an_item_is_listed_and_can_be_read(store: Store) -> None:
    enter(store)
    decided(store, measured(store), Stage.AMENDED)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        shown = text_of(pilot)
        assert "C26.00001  ✗ amended by C26.00002" in shown
        assert "C26.00002  ✓ in force" in shown
        await pilot.press("v")
        await until(pilot, lambda: "No. C26.00002" in text_of(pilot))
        await pilot.press("n")
        await until(pilot, lambda: "No. C26.00001" in text_of(pilot))
        told = "✗ C26.00002 took its place. It is no longer valid."
        assert text_of(pilot).splitlines()[1].rstrip() == told
        await pilot.press("n")
        await until(pilot, lambda: "No. C26.00002" in text_of(pilot))
        assert "took its place" not in text_of(pilot)

    on_results(desk(store, by=AUDITOR), act)


def test_a_returned_result_says_what_comes_next_and_whose_it_is(store: Store) -> None:
    enter(store)
    decided(store, measured(store), Stage.RETURNED)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        assert "→ [2] measure the item again, in a new run: binh" in text_of(pilot)

    on_results(desk(store, by=AUDITOR), act)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_both_verdicts_of_a_withdrawn_certificate_are_there_in_eighty_cells(
    store: Store, language: str
) -> None:
    enter(store)
    decided(store, measured(store, adjusted=True), Stage.WITHDRAWN)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        line = (await settled(pilot, text_of)).splitlines()[2]
        end = {"en": "As left: P pass", "vi": "Trước h.ch.: ĐK   Sau h.ch.: Đ"}
        assert line.endswith(end[language])

    on_results(desk(store, speech(language)), act, SIZES["80"])


def test_the_trace_is_a_tree(store: Store) -> None:
    enter(store)
    decided(store, measured(store), Stage.ISSUED)

    async def act(pilot: Pilot[None], _: ResultsScreen) -> None:
        await opened(pilot)
        await pilot.press("t")
        page = pilot.app.screen
        assert isinstance(page, TraceScreen)
        tree = page.query_one(TraceTree)
        await until(pilot, lambda: bool(tree.root.children))
        await pilot.resize_terminal(*SIZES["80"])
        await pilot.press("end")
        cut = (await settled(pilot, text_of)).splitlines()
        assert any(line.endswith("…") for line in cut[1:-3])
        assert "Đ đạt" in cut[-3]
        await pilot.resize_terminal(*SIZES["120"])
        await pilot.press("home")
        await pilot.press("end", "right", "down", "space")
        shown = await settled(pilot, text_of)
        await pilot.press("left", "left", "home", "e")
        assert not tree.root.is_expanded
        await pilot.press("e")
        assert tree.root.children[1].is_expanded
        compare("trace-120-vi", _without_hashes(shown))

    on_results(desk(store, speech("vi")), act, SIZES["120"])


def _without_hashes(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{12,}\b", "(hash)", text)
