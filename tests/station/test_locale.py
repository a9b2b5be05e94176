"""Every text a person sees has its Vietnamese."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from station.locale import translation

ROOT = Path(__file__).parents[2]
MARKS = {"N_", "say", "_say", "translate"}
"""Functions whose first argument, a literal, is shown to a person."""


def marked_texts() -> Iterator[tuple[str, str]]:
    for room in ("station", "procedures"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                text = node.args[0]
                if name in MARKS and isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text.value


def texts_of_drivers() -> Iterator[tuple[str, str]]:
    """What a person is asked to read or do: drivers cannot mark it, so it is named there."""
    for path in (ROOT / "drivers/by_hand").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            for value in ast.walk(node.value):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield f"{path.relative_to(ROOT)}:{value.lineno}", value.value


def is_sentence(text: str) -> bool:
    """Tell a text from a name or symbol such as "PAN", "mbar" or "200 g*"."""
    return len(re.findall(r"\b[A-Za-z]?[a-z]{2,}\b", text)) > 1


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    with (ROOT / "station/locale/vi/LC_MESSAGES/station.po").open("rb") as file:
        return {
            str(message.id): str(message.string) for message in read_po(file, "vi") if message.id
        }


def test_no_text_is_untranslated(vietnamese: dict[str, str]) -> None:
    by_hand = [(where, text) for where, text in texts_of_drivers() if is_sentence(text)]
    texts = [*marked_texts(), *by_hand]
    assert len(texts) > 100
    assert len(by_hand) > 10
    missing = [f"{where}: {text!r}" for where, text in texts if text and not vietnamese.get(text)]
    assert missing == []


def test_words_of_the_record_are_translated(vietnamese: dict[str, str]) -> None:
    from station.metrology.conformity import Verdict
    from station.run.plan import Phase
    from station.run.state import Status

    words = [member.value for kind in (Verdict, Phase, Status) for member in kind]
    assert [word for word in words if not vietnamese.get(word)] == []


def test_vietnamese_is_composed(vietnamese: dict[str, str]) -> None:
    wrong = [t for t in vietnamese.values() if unicodedata.normalize("NFC", t) != t]
    assert wrong == []


def test_the_compiled_catalogue_answers() -> None:
    say = translation("vi")
    assert say("DC voltage") != "DC voltage"
    assert say("") == ""
