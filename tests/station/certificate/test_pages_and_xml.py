"""Pages that do not say what the XML says, though all the same digits are on them."""

import re
from collections.abc import Callable

import pytest

from station.certificate.dcc import render_dcc
from station.certificate.document import Document
from station.certificate.pdf import render_pdf
from station.certificate.reading import parse
from station.certificate.verification.file import read_pdf
from station.certificate.verification.numbers import agreement_findings
from tests.station.certificate.runs import LABELLED, SHOTS, Run

RUNS = {
    "everything": Run(),
    "adjusted": Run(adjusted=True),
    "labelled": Run(shots=LABELLED, voided=0),
    "one point": Run(shots=SHOTS[:1], voided=0),
}


@pytest.fixture(scope="module")
def made() -> tuple[bytes, str]:
    return of(Run(shots=SHOTS[:6]).document())


def of(document: Document) -> tuple[bytes, str]:
    xml = render_dcc(document)
    return xml, read_pdf(render_pdf(document, xml), name="certificate")[1]


def wrong(xml: bytes, printed: str) -> dict[str, str]:
    found = agreement_findings(parse(xml, name="certificate"), xml, printed, ours=True)
    return {finding.rule: finding.what for finding in found}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_what_we_print_agrees(run: Run) -> None:
    assert wrong(*of(run.document())) == {}


def swapped(first: str, second: str) -> Callable[[str], str]:
    def swap(printed: str) -> str:
        assert f"\n{first}\n" in printed
        assert f"\n{second}\n" in printed
        there = printed.replace(f"\n{first}\n", "\n@\n", 1)
        return there.replace(f"\n{second}\n", f"\n{first}\n", 1).replace("@", second, 1)

    return swap


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(printed: str) -> str:
        altered = re.sub(old, new, printed, count=2)
        assert altered != printed
        return altered

    return change


FORGED = {
    "errors of two points": (swapped("−0,70", "1,68"), "point 2 ("),
    "U of two points": (swapped("0,12", "0,53"), "point 1 ("),
    "error and U": (swapped("−0,70", "0,53"), "point 2 ("),
    "decimal sign of U": (replaced("\n0,94\n", "\n0,094\n"), "point 3 ("),
    "decimal sign of an indication": (replaced("\n49,99931\n", "\n4,999931\n"), "point 2 ("),
    "k": (replaced("\n0,53\n2,00\n", "\n0,53\n1,00\n"), "point 2 ("),
    "unit of the values": (replaced(r"\bmV\b(?=;)", "V"), "point 1 is printed in another unit"),
    "unit of the errors": (replaced("µV", "mV"), "another unit"),
    "verdict": (
        replaced("đạt có\u00a0điều\u00a0kiện", "đạt"),
        "point 4 is printed with another verdict",
    ),
}


@pytest.mark.parametrize(("forge", "what"), FORGED.values(), ids=FORGED)
def test_other_pages_with_the_same_digits_are_found(
    made: tuple[bytes, str], forge: Callable[[str], str], what: str
) -> None:
    xml, printed = made
    found = wrong(xml, forge(printed))
    assert found.keys() == {"results-differ"}
    assert what in found["results-differ"]


@pytest.mark.parametrize("shown", ["C26.000010", "C26.00001.2", "AC26.00001", "C26.0000"])
def test_a_number_that_begins_or_ends_alike_is_another(made: tuple[bytes, str], shown: str) -> None:
    xml, printed = made
    assert "number-differs" in wrong(xml, printed.replace("C26.00001", shown))


def test_a_result_that_follows_from_others_is_compared_too() -> None:
    document = Run(shots=SHOTS[:3]).document()
    xml, printed = of(document)
    concluded = (
        b'<dcc:quantity refType="station_conclusion"><si:real><si:value>1.2345</si:value>'
        b"</si:real></dcc:quantity></dcc:data>"
    )
    more = xml.replace(b"</dcc:data>\n    </dcc:result>", concluded + b"</dcc:result>", 1)
    assert more != xml
    assert "1.2345" in wrong(more, printed)["results-differ"]
    assert "results-differ" not in wrong(more, printed + "\n1,2345\n")
