"""Every text a person sees has its Vietnamese."""

import ast
import os
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from errno import EACCES, EEXIST, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pydantic.fields import FieldInfo

from drivers.errors import InstrumentError
from station.errors import BadInput, Phrase, Refused
from station.locale import translation

ROOT = Path(__file__).parents[2]
MARKS = {"N_", "say", "_say", "translate"}
MARKS |= {
    "transaction",
    "long_transaction",
    "snapshot",
    "_guard",
}  # a Store's, which say what failed
"""Functions whose first argument, a literal, is shown to a person."""

ROOMS = (
    "procedures",
    "station/certificate",
    "station/cli",
    "station/export",
    "station/records",
    "station/register",
    "station/run",
    "station/tui",
    "station/validation",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "station").glob("*.py")),
)
"""Folders and files whose errors are all told in the reader's language."""


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


FAILURES: list[type[InstrumentError]] = [InstrumentError, *InstrumentError.__subclasses__()]
CONTRIBUTE = {"constant", "normal", "rectangular", "digital_step", "readings", "pooled_readings"}
CONTRIBUTE |= {"hysteresis", "difference_of_digital_steps", "difference_of_loads"}
"""What procedures make the inputs of a budget with: a name, and its source."""


def words_of_budgets() -> Iterator[tuple[str, str]]:
    """What contributions are called and come from, where that is a plain literal of ours."""
    trees = {
        path: ast.parse(path.read_text("utf-8")) for path in (ROOT / "procedures").rglob("*.py")
    }
    shared = assigned(node for tree in trees.values() for node in tree.body)
    for path, tree in trees.items():
        known = shared | assigned(ast.walk(tree))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") in CONTRIBUTE:
                stated = [word.value for word in call.keywords if word.arg == "source"]
                for given in (*call.args[:1], *stated):
                    for text in literals(given, known):
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", text


ADVISED = {"distrust": 2, "LinkFault": 2} | {kind.__name__: 3 for kind in FAILURES}
"""What drivers call with an advice, and the place of it among the arguments."""


def words_of_errors() -> Iterator[tuple[str, str]]:
    """What drivers' errors are called, and each advice with them that is a plain literal."""
    for kind in FAILURES:
        yield kind.__name__, kind.headline
    ours = [*(ROOT / "station").glob("*.py"), *(ROOT / "station/run").glob("*.py")]
    rooms = [*(ROOT / "drivers").rglob("*.py"), *(ROOT / "procedures").rglob("*.py")]
    paths = (*rooms, *ours)
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    shared = assigned(node for tree in trees.values() for node in tree.body)
    for path, tree in trees.items():
        known = shared | assigned(ast.walk(tree))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for given in advices(call):
                for text in literals(given, known):
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", text


def assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return all that a name stands for, in any function: "advice" is a name of many."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=True))
        for name, value in pairs:
            if isinstance(name, ast.Name):
                found.setdefault(name.id, []).append(value)
    return found


def advices(call: ast.Call) -> Iterator[ast.expr]:
    place = ADVISED.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
    if place is not None:
        yield from call.args[place : place + 1]
    yield from (word.value for word in call.keywords if word.arg in ("advice", "echo_advice"))


def literals(given: ast.expr, known: Mapping[str, list[ast.expr]]) -> Iterator[str]:
    match given:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp():
            yield from literals(given.body, known)
            yield from literals(given.orelse, known)
        case ast.Name():
            rest = {name: values for name, values in known.items() if name != given.id}
            for value in known.get(given.id, ()):
                yield from literals(value, rest)
        case ast.Subscript():
            yield from literals(given.value, known)
        case ast.Dict():
            for value in given.values:
                yield from literals(value, known)


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
    of_errors = list(words_of_errors())
    of_budgets = list(words_of_budgets())
    texts = [*marked_texts(), *by_hand, *of_errors, *of_budgets]
    assert len(texts) > 100
    assert len(by_hand) > 10
    assert len(of_errors) > 100
    assert len(of_budgets) > 100
    missing = [f"{where}: {text!r}" for where, text in texts if text and not vietnamese.get(text)]
    assert missing == []


def test_words_of_the_record_are_translated(vietnamese: dict[str, str]) -> None:
    from station.metrology.conformity import Verdict
    from station.metrology.coverage import CoverageReason
    from station.metrology.inputs import Distribution
    from station.register.equipment_standing import Obstacle
    from station.run.mistakes import Mistake
    from station.run.plan import Phase
    from station.run.state import Status

    kinds = (Verdict, Phase, Status, Obstacle, Mistake, Distribution, CoverageReason)
    words = [member.value for kind in kinds for member in kind]
    assert [word for word in words if not vietnamese.get(word)] == []


def test_what_a_person_did_in_a_run_is_translated(vietnamese: dict[str, str]) -> None:
    from station.run import entries

    shapes = [shape for shape in vars(entries).values() if "by" in fields_of(shape)]
    kinds = [fields_of(shape)["kind"].default for shape in shapes if "kind" in fields_of(shape)]
    assert {"answered", "voided"} <= set(kinds)
    assert [kind for kind in kinds if not vietnamese.get(kind)] == []


def fields_of(shape: object) -> Mapping[str, FieldInfo]:
    return getattr(shape, "model_fields", {})


def test_vietnamese_is_composed(vietnamese: dict[str, str]) -> None:
    wrong = [t for t in vietnamese.values() if unicodedata.normalize("NFC", t) != t]
    assert wrong == []


def test_the_compiled_catalogue_answers() -> None:
    say = translation("vi")
    assert say("DC voltage") != "DC voltage"
    assert say("") == ""


@cache
def kinds_of_phrases() -> frozenset[str]:
    """Return the names of `Phrase` and of every class that descends from it."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for path in (ROOT / "station").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Phrase"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return frozenset(found)


def fault_of(call: ast.Call, kind: str, vietnamese: Mapping[str, str]) -> str:
    """Return why what a call makes cannot be told in Vietnamese, or the empty text."""
    text = call.args[0] if call.args else None
    if kind == "Phrase" and not isinstance(text, ast.Constant | ast.JoinedStr | ast.BinOp):
        return ""  # marked where it stands, or nothing
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str) or call.args[1:]:
        return "its text is not one literal"
    names = {keyword.arg for keyword in call.keywords}
    if None in names:
        return "its values have no names"
    if names != (placeholders(text.value) if names else set()):
        return "its values are not those of the text"
    told = vietnamese.get(text.value)
    if not told:
        return f"no Vietnamese: {text.value!r}"
    return "" if not names or placeholders(told) == names else "its Vietnamese has other values"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults_in(source: str, vietnamese: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            kind = getattr(node.func, "id", getattr(node.func, "attr", ""))
            fault = fault_of(node, kind, vietnamese) if kind in kinds_of_phrases() else ""
            if fault:
                yield f"line {node.lineno}: {fault}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_error_can_be_told_in_vietnamese(room: str, vietnamese: dict[str, str]) -> None:
    paths = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
    assert paths
    faults = [
        f"{path.relative_to(ROOT)}, {fault}"
        for path in paths
        for fault in faults_in(path.read_text("utf-8"), vietnamese)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('raise BadInput("Nothing.")', ""),
        ('raise BadInput("No {run} in {store!r}.", store=url, run=run)', ""),
        ('raise BadInput("{ nothing }")', ""),
        ("why = Phrase(TEXT)", ""),
        ('raise BadInput(f"No {run}.")', "literal"),
        ('return errors.StoreLost(TEXT + "Nothing.")', "literal"),
        ("raise TrialFailed(text)", "literal"),
        ('raise BadInput("No {run} in {store!r}.", run=run)', "not those of the text"),
        ('raise BadInput("No {run} in {store!r}.", **values)', "no names"),
        ('raise BadInput("Something.")', "no Vietnamese"),
        ('raise BadInput("Spoilt {run}.", run=run)', "has other values"),
    ],
)
def test_an_error_that_cannot_be_told_is_found(source: str, fault: str) -> None:
    catalogue = {
        "Nothing.": "Không có gì.",
        "No {run} in {store!r}.": "Không có {run} trong {store!r}.",
        "{ nothing }": "{ không có gì }",
        "Spoilt {run}.": "Hỏng {rum}.",
    }
    found = list(faults_in(source, catalogue))
    assert [fault in each for each in found] == ([True] if fault else [])


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize("number", [ENOENT, EACCES, EPERM, EEXIST, ENOTDIR, EISDIR, ENOSPC, EROFS])
def test_what_the_system_says_of_a_file_is_told_too(number: int) -> None:
    error = BadInput("{path}: {why}.", path="x", why=OSError(number, os.strerror(number), "x"))
    assert str(error) == f"x: {os.strerror(number)}."
    assert os.strerror(number) not in error.told(translation("vi"))


def test_values_are_told_in_the_language_too() -> None:
    words = {"{who}: {why}": "{why} ({who})", "no {what}": "không có {what}", "red": "đỏ"}
    error = Refused("{who}: {why}", who="x", why=Phrase("no {what}", what=(Colour.RED, "a{b}")))
    assert str(error) == "x: no red, a{b}"
    assert error.told(lambda text: words.get(text, text)) == "không có đỏ, a{b} (x)"
    assert str(BadInput("a {brace}")) == "a {brace}"
