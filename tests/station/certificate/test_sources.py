"""Remarks on how far a source was seen: in the record and the XML in full, on paper a footnote."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from station.certificate.dcc import render_dcc
from station.certificate.sources import as_printed, is_unverified
from station.certificate.wording import CLAUSES, Topic
from station.run.entries import Concluded, Entry, RunBegun
from tests.station.certificate.gauges import Gauges
from tests.station.certificate.test_items import text

PROCEDURES = Path(__file__).parents[3] / "procedures"

REMARK = re.compile(
    r"memory|\b(un|not )verified|\brecalled|\bseen (in|by)|not (seen|found|compared)|"
    r"a transcription",
    re.I,
)
"""Wider than what the certificate knows: any word with which an author says how far he looked."""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def docstrings(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def texts() -> Iterator[tuple[str, str]]:
    """Yield every string of the procedures that can reach a certificate, and where it stands."""
    for path in sorted(PROCEDURES.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        prose = docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in prose:
                    yield f"{path.name}:{node.lineno}", node.value
    for path in sorted((*PROCEDURES.rglob("data/*.toml"), *PROCEDURES.rglob("data/*/*.toml"))):
        for value in strings(tomllib.loads(path.read_text("utf-8"))):
            yield path.name, value


def test_every_remark_of_the_procedures_is_known_and_not_printed() -> None:
    remarks = [(where, said) for where, said in texts() if REMARK.search(said)]
    assert len(remarks) > 20
    unknown = [
        f"{where}: {said!r}"
        for where, said in remarks
        if not is_unverified(said) or REMARK.search(as_printed(said))
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("source", "paper"),
    [
        ("EN 837-1, class 1", "EN 837-1, class 1"),
        ("DKD-R 6-1 (from memory, unverified)", "DKD-R 6-1"),
        ("R 111-1, 5.2 (from memory, unverified): U ≤ MPE/3", "R 111-1, 5.2: U ≤ MPE/3"),
        ("ĐLVN 08:2011, clause not seen, unverified", "ĐLVN 08:2011"),
        ("clause not seen in the document", ""),
        ("X, column 1 (recalled; the 90-day column is that of Y)", "X, column 1"),
        ("Recalled from the 34401A data sheet, not seen in a document", "34401A data sheet"),
        ("table 5; grades 0, 1 and 2 as seen in a table", "table 5; grades 0, 1 and 2"),
        ("family A (recalled); that of the B was not found", "family A"),
        ("IEC 60751:2022, class B; where the class ends is unverified", "IEC 60751:2022, class B"),
    ],
)
def test_a_source_is_printed_without_its_remarks(source: str, paper: str) -> None:
    assert as_printed(source) == paper
    assert is_unverified(source) is (source != paper)


SOURCE = "EN 837-1, class 1.6 (from memory, unverified)"


class Remembered(Gauges):
    """Limits and formula from memory, although the procedure says that they were verified."""

    def begun(self) -> RunBegun:
        begun = super().begun()
        points = tuple(p.model_copy(update={"tolerance_source": SOURCE}) for p in begun.points)
        return begun.model_copy(update={"points": points})

    def entries(self) -> list[Entry]:
        return [remembered(one) if isinstance(one, Concluded) else one for one in super().entries()]


def remembered(one: Concluded) -> Concluded:
    source = {"source": "DKD-R 6-1 (recalled)"}
    drawn = tuple(c.model_copy(update=source) for c in one.conclusions)
    return one.model_copy(update={"conclusions": drawn})


def test_a_footnote_says_it_and_the_xml_has_the_words() -> None:
    document = Remembered().document("dut")
    marks = {note.mark: note.text.en for note in document.notes if note.mark}
    assert set(marks) == {"a", CLAUSES}
    assert marks["a"] == "Tolerance limits: EN 837-1, class 1.6.*"
    assert {line.mark for line in document.sections[0].lines} == {"a"}
    printed, xml = text(document), render_dcc(document).decode()
    for word in ("memory", "unverified", "recalled"):
        assert word not in printed
        assert word in xml
    assert "DKD-R 6-1*" in printed
    assert " ".join(printed.split()).count("The laboratory did not compare") == 1


def test_what_was_compared_has_no_footnote() -> None:
    document = Gauges().document("dut")
    assert {note.mark for note in document.notes if note.topic is Topic.LIMITS} == {""}
    assert "*" not in text(document)
