from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from dcclib.validation import SchematronValidator

from station.certificate.dcc import render_dcc
from station.certificate.document import Document
from station.certificate.reading import elements, parse, text_of
from station.certificate.rules import findings
from station.certificate.schema import schema_findings, schema_folder
from tests.station.certificate.runs import CALIBRATOR, LABELLED, RESUMED, SHOTS, Run

if TYPE_CHECKING:
    from lxml.etree import _Element

OVERLOADS = tuple(shot for shot in SHOTS if shot.error is None)
RUNS = {
    "everything": Run(),
    "adjusted": Run(adjusted=True),
    "simulated": Run(simulated=True),
    "simple acceptance": Run(rule="simple-acceptance"),
    "guarded": Run(rule="guarded-binary"),
    "resumed": Run(resumed=(RESUMED,)),
    "one point": Run(shots=SHOTS[:1], voided=0),
    "nothing but overload": Run(shots=OVERLOADS, voided=0),
    "labelled": Run(shots=LABELLED, voided=0),
}


@pytest.fixture(params=RUNS.values(), ids=RUNS.keys())
def document(request: pytest.FixtureRequest) -> Document:
    run: Run = request.param
    return run.document()


@pytest.fixture(scope="module")
def oracle() -> SchematronValidator:
    """PTB's own rules, the version that travels with dcclib."""
    folder = schema_folder()
    assert folder is not None
    return SchematronValidator.from_file(str(folder / "dcc.sch"))


def root_of(document: Document) -> "_Element":
    return parse(render_dcc(document), name="certificate")


def test_schema_valid(document: Document) -> None:
    assert list(schema_findings(root_of(document))) == []


def test_our_rules_find_nothing(document: Document) -> None:
    assert findings(root_of(document)) == []


def test_ptb_rules_find_nothing(document: Document, oracle: SchematronValidator) -> None:
    text = render_dcc(document).decode().partition("?>")[2]
    result = oracle.validate_str(text)
    reports = [r for group in vars(result).values() if isinstance(group, list) for r in group]
    assert result.is_valid
    assert reports
    assert [report.text for report in reports if report.role != "information"] == []


def test_the_same_bytes_every_time(document: Document) -> None:
    assert render_dcc(document) == render_dcc(document)


def test_utf8_without_byte_order_mark(document: Document) -> None:
    content = render_dcc(document)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert "Phòng hiệu chuẩn" in content.decode("utf-8")


def test_every_figure_is_in_its_column() -> None:
    document = Run().document()
    root = root_of(document)
    lists = list(elements(root, "//dcc:result/dcc:data/dcc:list"))
    tables = document.sections[0].tables
    assert len(lists) == len(tables)
    for table, rows in zip(tables, lists, strict=True):
        results = [line.result for line in table.lines if line.result is not None]
        for kind, expected in (
            ("basic_measuredValue", [r.indication.exact for r in results]),
            ("basic_referenceValue", [r.reference.exact for r in results]),
            ("basic_measurementError", [r.error.exact for r in results]),
            ("basic_acceptanceLimitUpper", [r.acceptance_upper.exact for r in results]),
            ("basic_toleranceLimitLower", [x.lower.exact for x in table.lines if x.result]),
            ("basic_nominalValue", [x.nominal.exact for x in table.lines if x.result]),
        ):
            written = text_of(rows, f"dcc:quantity[@refType='{kind}']//si:valueXMLList").split()
            assert written == [f"{number:f}" for number in expected]
        for path, expected in (
            ("//si:valueExpandedMUXMLList", [r.uncertainty.exact for r in results]),
            ("//si:coverageFactorXMLList", [r.k.exact for r in results]),
        ):
            assert [Decimal(x) for x in text_of(rows, "." + path).split()] == expected


def test_overload_is_words_not_a_number() -> None:
    document = Run().document()
    root = root_of(document)
    (text,) = elements(root, "//dcc:text[@refType='station_overload']")
    assert "Điểm 14" in text_of(text, "dcc:content[@lang='vi']")
    first = next(elements(root, "//dcc:result/dcc:data/dcc:list"))
    numbers = text_of(first, "dcc:quantity[@refType='station_pointNumber']//si:valueXMLList")
    assert numbers.split() == [str(n) for n in range(1, 14)]


def test_labels_are_told_by_the_number_of_their_point() -> None:
    root = root_of(Run(shots=LABELLED, voided=0).document())
    (text,) = elements(root, "//dcc:text[@refType='station_pointLabels']")
    assert text_of(text, "dcc:content[@lang='en']") == "2: centre; 3: left front; 4: right rear"
    assert "3: trước bên trái" in text_of(text, "dcc:content[@lang='vi']")
    (overload,) = elements(root, "//dcc:text[@refType='station_overload']")
    assert "Point 4" in text_of(overload, "dcc:content[@lang='en']")


def test_no_label_no_text() -> None:
    root = root_of(Run().document())
    assert list(elements(root, "//dcc:text[@refType='station_pointLabels']")) == []


def test_verdicts_refer_to_the_decision_rule() -> None:
    root = root_of(Run().document())
    statement = next(elements(root, "//dcc:statement[@id='decisionRule']"))
    assert text_of(statement, "dcc:norm") == "ILAC-G8:09/2019, 4.2.3"
    first = next(elements(root, "//dcc:metaData[@refId='decisionRule']"))
    verdicts = text_of(first, "dcc:conformityXMLList").split()
    assert verdicts[:4] == ["pass", "pass", "pass", "conditionalPass"]
    assert verdicts[9] == "fail"
    assert verdicts[11] == "conditionalFail"


def test_standards_carry_the_hash_of_their_certificate() -> None:
    root = root_of(Run().document())
    certificate = next(elements(root, "//dcc:measuringEquipment/dcc:certificate"))
    assert text_of(certificate, "dcc:value") == CALIBRATOR.certificate_digest
    assert text_of(certificate, "dcc:referralID") == CALIBRATOR.certificate
    assert text_of(certificate, "dcc:inValidityRange") == "true"


def test_every_software_and_every_person_is_named() -> None:
    root = root_of(Run(resumed=(RESUMED,)).document(issued_by="Operator C"))
    for path in ("//dcc:dccSoftware", "//dcc:usedSoftware"):
        softwares = list(elements(next(elements(root, path)), "dcc:software"))
        assert [text_of(s, "dcc:release") for s in softwares] == ["v0.1.0", "v0.1.1"]
        for software, digest in zip(softwares, ("34" * 32, "9a" * 32), strict=True):
            assert digest in text_of(software, "dcc:description/dcc:content")
    persons = [
        text_of(p, "dcc:person/dcc:name/dcc:content") for p in elements(root, "//dcc:respPerson")
    ]
    assert persons == ["Operator A", "Operator C", "Operator C"]


def test_the_statements_and_remarks_are_in_the_xml() -> None:
    root = root_of(
        Run(shots=tuple(replace(s, uncertainty=0.6 * s.limit) for s in SHOTS[:3])).document()
    )
    kinds = [e.get("refType") for e in elements(root, "//dcc:statement")]
    assert "basic_adjustment" in kinds
    assert "station_persons" not in kinds
    result = next(elements(root, "//dcc:result"))
    remark = text_of(result, "dcc:description/dcc:content[@lang='en']")
    assert "one quarter of the tolerance limit: all." in remark
    air = next(elements(root, "//dcc:influenceCondition"))
    assert "uncertainty not stated" in text_of(air, "dcc:description/dcc:content[@lang='en']")


def test_both_states_of_an_adjusted_item() -> None:
    root = root_of(Run(adjusted=True).document())
    states = [e.text for e in elements(root, "//dcc:influenceCondition/dcc:status")]
    assert states == ["beforeAdjustment"] * 2 + ["afterAdjustment"] * 2
