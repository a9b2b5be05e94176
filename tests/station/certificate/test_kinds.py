from pathlib import Path

import pytest

from station.certificate.dcc import render_dcc
from station.certificate.issue import amend, issue
from station.certificate.kinds import Kind
from station.certificate.reading import parse
from station.certificate.rules import findings
from station.certificate.schema import schema_findings
from station.certificate.texts import Languages
from station.certificate.wording import Topic
from station.errors import Refused
from station.records.store import open_store
from tests.station.certificate.gauges import Gauges
from tests.station.certificate.runs import ISSUED_AT, ORDER, SHOTS, Run, write_down
from tests.station.certificate.test_languages import text_of

TEST = ORDER.model_copy(update={"test": True})


def test_a_test_that_was_agreed_has_a_test_certificate(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "station.db")) as store:
        run = write_down(store, Run(shots=SHOTS[:2], order=TEST))
        given = {"order": None, "laboratory": None}
        made = issue(store, run, by="Operator A", now=ISSUED_AT, **given)
        order = TEST.model_copy(update={"asset": "TS-0816"})
        again = amend(
            store, made.number, by="Operator A", now=ISSUED_AT, reason="asset", order=order
        )
    assert (made.number, again.number) == ("T26.00001", "T26.00002")
    text = text_of(made.pdf)
    for said in (
        "GIẤY CHỨNG NHẬN THỬ NGHIỆM TEST CERTIFICATE",
        "Ngày thử nghiệm Date of test",
        "Người thử nghiệm Tested by",
        "Kết quả thử nghiệm Test results",
        "Tested and approved by the same person.",
        "The results relate only to the item tested",
    ):
        assert said in text
    for unsaid in ("CALIBRATION CERTIFICATE", "Date of calibration", "item calibrated"):
        assert unsaid not in text
    assert b"<dcc:role>tested by</dcc:role>" in made.xml


def test_its_xml_is_as_good_as_any() -> None:
    document = Run(order=TEST).document(languages=Languages.ENGLISH)
    assert document.kind is Kind.TEST
    assert [note for note in document.notes if note.topic is Topic.GROUP_2] == []
    root = parse(render_dcc(document), name="test")
    assert [*schema_findings(root), *findings(root)] == []


def test_a_verification_is_no_test(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "station.db")) as store:
        run = Gauges(legal=True).write_down(store)
        with pytest.raises(Refused, match=r"is a verification by .*Take `test` out of the order"):
            issue(store, run, by="B", now=ISSUED_AT, order=TEST, laboratory=None)
