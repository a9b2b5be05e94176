import json
import re
from pathlib import Path

import pytest

from station.cli.main import main
from station.errors import Exit
from station.records.store import open_store
from tests.station.certificate.runs import SHOTS, Run, write_down

ORDER_FILE = """
[laboratory]
name = "Phòng đo"
address = "Số 3, đường Ví Dụ"

[order]
number = "PYC-7"
received = 2026-11-18

[order.customer]
name = "Khách hàng Ví Dụ"
address = "Số 4, đường Ví Dụ"
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = str(tmp_path / "station.db")
    with open_store(path) as store:
        write_down(store, Run(shots=SHOTS[:2], order=None, laboratory=None))
    return path


def issue(url: str, folder: Path) -> tuple[Path, Path]:
    order = folder / "order.toml"
    order.write_text(ORDER_FILE, encoding="utf-8")
    out = folder / "out"
    given = ["--store", url, "--out", str(out), "--by", "Approver B", "--order", str(order)]
    assert main(["certificate", "issue", "0197", *given]) == Exit.DONE
    pdf, xml = sorted(out.iterdir())
    return pdf, xml


def test_issue_prints_the_paths_and_verify_finds_them_good(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf, xml = issue(url, tmp_path)
    year = pdf.name[1:3]
    assert capsys.readouterr().out.splitlines() == [str(pdf), str(xml)]
    assert main(["certificate", "verify", str(pdf), str(xml), "--store", url]) == Exit.DONE
    assert capsys.readouterr().out.splitlines() == [
        line
        for path, kind in ((pdf, "pdf"), (xml, "xml"))
        for line in (
            f"{path}: verified: C{year}.00001, Phòng đo",
            f"  note: unsigned at {kind}: not signed: anybody could have made it",
        )
    ]
    assert main(["certificate", "verify", str(pdf), "--store", url, "--json"]) == Exit.DONE
    (report,) = json.loads(capsys.readouterr().out)
    assert report["good"]
    assert [finding["rule"] for finding in report["findings"]] == ["unsigned"]


@pytest.mark.parametrize(
    ("given", "unused"),
    [
        ((), "."),
        (("--by", "Somebody"), "; the name given now is not used."),
        (("--order", "order.toml"), "; the order given now is not used."),
        (
            ("--by", "Somebody", "--order", "order.toml"),
            "; the order and name given now are not used.",
        ),
    ],
    ids=["nothing", "name", "order", "both"],
)
def test_issuing_again_says_what_is_not_used(
    given: tuple[str, ...],
    unused: str,
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdf, xml = issue(url, tmp_path)
    assert capsys.readouterr().err == ""
    monkeypatch.chdir(tmp_path)
    out = ("--store", url, "--out", str(pdf.parent))
    assert main(["certificate", "issue", "0197", *out, *given]) == Exit.DONE
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(pdf), str(xml)]
    assert re.fullmatch(
        rf"0197a1b2-run: already issued as {pdf.stem} on \d{{4}}-\d\d-\d\d{re.escape(unused)}\n",
        said.err,
    )


def test_a_store_that_is_not_there_is_not_made(url: str, tmp_path: Path) -> None:
    _, xml = issue(url, tmp_path)
    nowhere = tmp_path / "nowhere.db"
    for command in (("verify", str(xml)), ("issue", "0197")):
        assert main(["certificate", *command, "--store", str(nowhere)]) == Exit.BAD_INPUT
    assert not nowhere.exists()


def test_an_order_received_after_the_work_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tmp_path / "order.toml"
    order.write_text(ORDER_FILE.replace("2026-11-18", "2026-11-30"), encoding="utf-8")
    code = main(["certificate", "issue", "0197", "--store", url, "--order", str(order)])
    assert code == Exit.REFUSED
    assert "received on 2026-11-30" in capsys.readouterr().err


def test_a_changed_file_ends_with_4(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, xml = issue(url, tmp_path)
    xml.write_bytes(xml.read_bytes().replace(b"PYC-7", b"PYC-8"))
    assert main(["certificate", "verify", str(xml), "--store", url]) == Exit.REFUSED
    out = capsys.readouterr().out
    assert "NOT VERIFIED" in out
    assert "error: not-what-was-issued" in out


def test_what_is_found_is_told_in_the_readers_language_and_to_programs_in_english(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_LANG", "vi")
    _, xml = issue(url, tmp_path)
    xml.write_bytes(xml.read_bytes().replace(b"PYC-7", b"PYC-8"))
    capsys.readouterr()
    command = ["certificate", "verify", str(xml), "--store", url]
    assert main(command) == Exit.REFUSED
    head, *found = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{xml}: KHÔNG XÁC MINH ĐƯỢC: ")
    assert "  ghi chú: unsigned tại xml: chưa ký: ai cũng có thể làm ra nó" in found
    (wrong,) = [line for line in found if "not-what-was-issued" in line]
    assert wrong.startswith("  lỗi: not-what-was-issued: tệp không phải là tệp mà ")
    assert main([*command, "--json"]) == Exit.REFUSED
    told = {
        each["rule"]: each["what"] for each in json.loads(capsys.readouterr().out)[0]["findings"]
    }
    assert told["unsigned"] == "not signed: anybody could have made it"


def test_without_order_it_is_refused_with_a_way_out(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["certificate", "issue", "0197", "--store", url, "--out", str(tmp_path)])
    assert code == Exit.REFUSED
    assert "--order FILE.toml" in capsys.readouterr().err


def test_an_unknown_key_in_the_order_is_named(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tmp_path / "order.toml"
    order.write_text(ORDER_FILE.replace("received", "recieved"), encoding="utf-8")
    code = main(["certificate", "issue", "0197", "--store", url, "--order", str(order)])
    assert code == Exit.BAD_INPUT
    assert "recieved" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"hello"], ids=["missing", "text"])
def test_what_cannot_be_read_ends_with_2(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.xml"
    if content is not None:
        path.write_bytes(content)
    assert main(["certificate", "verify", str(path)]) == Exit.BAD_INPUT
    assert str(path) in capsys.readouterr().err
