"""`station resume` goes on in the language in which the run was begun."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit
from station.records.store import open_store
from station.run.carry_out import Session
from station.run.entries import RunBegun
from station.run.journal import Journal
from station.run.operator import ConsoleOperator
from station.run.setup import Setup
from tests.station.certificate.runs import SHOTS, Run
from tests.station.register.people import HandClock

DEMO = files("station") / "demo" / "bench.toml"


@dataclass(frozen=True)
class Spoken(Run):
    """A run that was begun in a language."""

    language: str = ""

    def begun(self) -> RunBegun:
        return super().begun().model_copy(update={"language": self.language})


@pytest.mark.parametrize(
    ("begun", "words", "said"),
    [("vi", (), "đạt"), ("en", (), "pass"), ("", (), "đạt"), ("vi", ("--lang", "en"), "pass")],
)
def test_a_run_goes_on_in_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("STATION_LANG", "en" if begun else "vi")
    url, heard = str(tmp_path / "station.db"), []
    with open_store(url) as store:
        Journal.begin(store, Spoken(shots=SHOTS[:1], language=begun).begun(), HandClock())

    def resume(setup: Setup, session: Session, run: str) -> None:
        assert isinstance(session.operator, ConsoleOperator)
        heard.append(session.operator.say("pass"))

    monkeypatch.setattr("station.run.carry_out.resume", resume)
    given = ("--bench", str(DEMO), "--store", url, "--by", "tester", *words)
    assert main(["resume", Run(shots=SHOTS[:1]).id, *given]) == Exit.DONE
    assert heard == [said]


def test_a_run_keeps_the_language_it_was_begun_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def begin(setup: Setup, session: Session, announce: Callable[[str], None]) -> None:
        begun.append(setup.language)

    monkeypatch.setattr("station.run.carry_out.begin", begin)
    monkeypatch.setenv("STATION_LANG", "vi")
    given = ("--bench", str(DEMO), "--simulate", "--store", str(tmp_path / "station.db"))
    for words in ((), ("--lang", "en")):
        assert main(["run", "dmm", *given, *words]) == Exit.DONE
    assert begun == ["vi", "en"]
