"""Signed certificates from the command line to the record and back."""

import json
import os
import re
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from station.certificate.issue import issue
from station.certificate.signing.keys import from_pkcs12
from station.certificate.signing.sign import Seal, unsigned_xml
from station.certificate.verification.file import verify
from station.certificate.verification.trust import Trust
from station.cli.main import main
from station.clock import SystemClock
from station.errors import Exit, Tampered
from station.records.store import Store, open_store
from station.register import book
from station.run.plan import Organisation
from tests.station.certificate.authority import PASSWORD, laboratory, make, middle, root
from tests.station.certificate.runs import ISSUED_AT, LABORATORY, SHOTS, Run, write_down
from tests.station.certificate.test_revocation import crl

ROOT = Path(__file__).parents[3]


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = str(tmp_path / "station.db")
    with open_store(path) as store:
        write_down(store, Run(shots=SHOTS[:2]))
    (tmp_path / "seal.p12").write_bytes(laboratory().p12())
    (tmp_path / "ca.pem").write_bytes(root().pem())
    return path


def given(url: str, *more: str) -> list[str]:
    folder = Path(url).parent
    return [
        "certificate", "issue", "0197", "--store", url, "--out", str(folder / "out"),
        "--by", "Approver B", "--key", str(folder / "seal.p12"), *more,
    ]  # fmt: skip


def documents(url: str) -> list[str]:
    return sorted(map(str, (Path(url).parent / "out").iterdir()))


def test_what_is_issued_with_a_key_is_signed_and_verified(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.DONE
    pdf, xml = documents(url)
    trust = ["--trust", str(Path(url).parent / "ca.pem")]
    capsys.readouterr()
    assert main(["certificate", "verify", pdf, xml, *trust, "--store", url]) == Exit.DONE
    said = capsys.readouterr().out
    assert said.count(": verified: ") == 2
    assert said.count("note: signed at") == 3
    assert "error" not in said
    assert PASSWORD.encode() not in Path(url).read_bytes()


def test_issued_again_are_the_same_bytes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.DONE
    first = [Path(path).read_bytes() for path in documents(url)]
    assert main(given(url)) == Exit.DONE
    monkeypatch.delenv("STATION_KEY_PASSWORD")
    assert main([part for part in given(url) if "seal" not in part and part != "--key"]) == 0
    assert [Path(path).read_bytes() for path in documents(url)] == first


def test_what_takes_the_place_of_a_signed_certificate_is_signed_too(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.DONE
    with open_store(url) as store:
        (number,) = (each.number for each in store.certificates())
    amend = ["certificate", "amend", number, "--reason", "the customer's name", "--store", url]
    amend += ["--out", str(Path(url).parent / "out"), "--by", "Approver B"]
    assert main(amend) == Exit.REFUSED
    assert "must be signed too" in capsys.readouterr().err
    signed = [*amend, "--key", str(Path(url).parent / "seal.p12")]
    assert main(signed) == Exit.REFUSED
    assert "nothing is amended" in capsys.readouterr().err
    assert main([*signed, "--language", "vi"]) == Exit.DONE


def test_a_certificate_may_be_amended_to_be_signed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main([part for part in given(url) if "seal" not in part and part != "--key"]) == 0
    amend = ["certificate", "amend", "C26.00001", "--reason", "to be signed", *given(url)[3:]]
    assert main(amend) == Exit.DONE


def test_the_password_comes_by_a_descriptor(url: str) -> None:
    reading, writing = os.pipe()
    os.write(writing, PASSWORD.encode() + b"\n")
    os.close(writing)
    try:
        assert main(given(url, "--key-password-fd", str(reading))) == Exit.DONE
    finally:
        os.close(reading)
    assert b"<ds:Signature " in Path(documents(url)[1]).read_bytes()


INCOMPLETE_TOKEN = "object" if find_spec("pkcs11") else "calibration-station[pkcs11]"
"""What is said first of a token's address without an object: tokens need an extra package."""


@pytest.mark.parametrize(
    ("password", "more", "message"),
    [
        ("guess", (), "password is wrong"),
        (PASSWORD, ("--tsa", "nonsense"), "no time stamp server"),
        (PASSWORD, ("--key-password-fd", "97"), "no password can be read"),
        (PASSWORD, ("--key", "pkcs11:token=x"), INCOMPLETE_TOKEN),
    ],
    ids=["password", "server", "descriptor", "token"],
)
def test_what_cannot_be_signed_is_not_issued(
    url: str,
    password: str,
    more: tuple[str, ...],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", password)
    assert main(given(url, *more)) == Exit.BAD_INPUT
    said = capsys.readouterr().err
    assert message in said
    assert password not in said
    with open_store(url) as store:
        assert store.certificates() == []


def test_a_key_that_has_expired_issues_nothing(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    old = make("Old seal", root(), until=now - timedelta(days=2))
    (Path(url).parent / "seal.p12").write_bytes(old.p12())
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.REFUSED
    assert "Sign with a valid one" in capsys.readouterr().err
    with open_store(url) as store:
        assert store.certificates() == []


def test_a_key_of_somebody_else_issues_nothing_unless_that_is_meant(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = make("Seal", root(), organisation="Seals Ltd")
    (Path(url).parent / "seal.p12").write_bytes(signer.p12())
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    with open_store(url) as store:
        before = len(list(book.rows(store)))
    assert main(given(url)) == Exit.REFUSED
    said = capsys.readouterr().err
    assert "O=Seals Ltd" in said
    assert LABORATORY.name in said
    assert "--other-signer" in said
    with open_store(url) as store:
        assert store.certificates() == []
        assert len(list(book.rows(store))) == before
    assert main(given(url, "--other-signer")) == Exit.DONE
    pdf, xml = documents(url)
    assert Path(pdf).name == "C26.00001.pdf"
    (Path(url).parent / "signer.pem").write_bytes(signer.pem())
    authority = Path(url).parent / "ca.pem"
    assert main(["certificate", "verify", pdf, xml, "--trust", str(authority)]) != Exit.DONE
    trust = str(Path(url).parent / "signer.pem")
    assert main(["certificate", "verify", pdf, xml, "--trust", trust]) == Exit.DONE


def test_of_another_signer_is_only_said_with_a_key(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keyless = [part for part in given(url) if "seal" not in part and part != "--key"]
    assert main([*keyless, "--other-signer"]) == Exit.BAD_INPUT
    assert "--other-signer needs --key" in capsys.readouterr().err


@pytest.mark.skipif(which("openssl") is None, reason="openssl makes the key")
def test_the_key_that_the_documentation_makes_signs_for_the_demonstration(
    tmp_path: Path,
) -> None:
    """Its lines as they stand there; the password, which a person types, comes by a variable."""
    page = (ROOT / "docs" / "laboratory.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```sh\n(openssl req .*?)```", page, re.DOTALL)
    lines = lines.replace("pkcs12 -export", "pkcs12 -export -passout env:STATION_KEY_PASSWORD")
    subprocess.run(
        ["sh", "-ec", lines],
        cwd=tmp_path,
        env=os.environ | {"STATION_KEY_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
        timeout=60,
    )
    said = tomllib.loads((ROOT / "station" / "demo" / "bench.toml").read_text(encoding="utf-8"))
    with open_store(str(tmp_path / "station.db")) as store:
        run = write_down(store, Run(shots=SHOTS[:2]))
        made = issue(
            store,
            run,
            by="Approver B",
            now=SystemClock().now(),
            order=None,
            laboratory=Organisation(**said["laboratory"]),
            seal=Seal(from_pkcs12((tmp_path / "seal.p12").read_bytes(), PASSWORD)),
        )
        anchors = load_pem_x509_certificates((tmp_path / "ca.pem").read_bytes())
        assert verify(made.pdf, store, trust=Trust(tuple(anchors), SystemClock().now())).good


def test_each_failure_is_named_and_no_file_stops_the_others(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.DONE
    pdf, xml = documents(url)
    broken = tmp_path / "broken.xml"
    broken.write_bytes(Path(xml).read_bytes().replace(b"0.05000001", b"0.05000009"))
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(Path(pdf).read_bytes() + b"\n")
    nothing = tmp_path / "nothing.pdf"
    nothing.write_bytes(b"%PDF-1.7")
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(make("CA", authority=True).pem())
    capsys.readouterr()
    verifying = ["certificate", "verify", "--trust", str(tmp_path / "ca.pem")]
    files = [str(nothing), str(broken), str(longer), pdf]
    assert main([*verifying, *files]) == Exit.REFUSED
    said = capsys.readouterr()
    assert f"{pdf}: verified" in said.out
    assert f"{broken}: NOT VERIFIED" in said.out
    assert "error: signature-broken at xml signature" in said.out
    assert "error: not-covered at pdf: 1 bytes at the end are covered by no signature" in said.out
    assert f"{nothing}: the PDF cannot be read" in said.err
    assert main([*verifying, str(nothing)]) == Exit.BAD_INPUT
    assert main(["certificate", "verify", pdf, "--trust", str(broken)]) == Exit.BAD_INPUT
    capsys.readouterr()
    assert main(["certificate", "verify", pdf, "--trust", str(stranger), "--json"]) == Exit.REFUSED
    (report,) = json.loads(capsys.readouterr().out)
    wrong = {f["rule"] for f in report["findings"] if f["weight"] == "error"}
    assert "not-trusted" in wrong


@pytest.fixture
def sealed(tmp_path: Path) -> str:
    path = str(tmp_path / "sealed.db")
    with open_store(path) as store:
        run = write_down(store, Run(shots=SHOTS[:2]))
        made = _issue(store, run)
        assert made.new
        assert unsigned_xml(made.xml) != made.xml
        report = verify(made.pdf, store, trust=Trust((root().certificate,), ISSUED_AT))
        assert report.good
        assert _issue(store, run).pdf == made.pdf
    return path


def _issue(store: Store, run: str):  # type: ignore[no-untyped-def]
    return issue(
        store, run, by="Approver B", now=ISSUED_AT, order=None, laboratory=None,
        seal=Seal(laboratory().key()),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_kept_documents_that_are_not_what_was_signed_are_found(sealed: str, kind: str) -> None:
    """Whoever changes the store changes document, digest and index together."""
    import hashlib

    with closing(sqlite3.connect(sealed)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        ((content,),) = connection.execute(
            f"SELECT content FROM document WHERE name LIKE '%{kind}'"
        ).fetchall()
        altered = content[:-40] + b" " + content[-40:]
        digest = hashlib.sha256(altered).hexdigest()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            f"UPDATE document SET content = ?, digest = ? WHERE name LIKE '%{kind}'",
            (altered, digest),
        )
        connection.execute(f"UPDATE certificate SET {kind} = ?", (digest,))
        connection.commit()
    with open_store(sealed) as store, pytest.raises(Tampered, match="kept documents"):
        _issue(store, "0197a1b2-run")


def test_revocation_lists_are_put_in_and_looked_into(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    folder = Path(url).parent
    present, later = folder / "present.crl", folder / "later.crl"
    fresh = crl(middle(), at=now - timedelta(hours=1))
    present.write_bytes(fresh.public_bytes(Encoding.DER))
    revoking = crl(middle(), laboratory(), revoked=now - timedelta(hours=2), at=now)
    later.write_bytes(revoking.public_bytes(Encoding.PEM))
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url, "--crl", str(later))) == Exit.REFUSED
    assert "was revoked" in capsys.readouterr().err
    assert main(given(url, "--crl", str(present))) == Exit.DONE
    capsys.readouterr()
    checking = ["certificate", "verify", *documents(url), "--trust", str(folder / "ca.pem")]
    assert main(checking) == Exit.DONE
    assert capsys.readouterr().out.count("CN=Laboratory seal") == 6
    assert main([*checking, "--crl", str(later)]) == Exit.REFUSED
    assert capsys.readouterr().out.count("error: revoked at") == 3
    assert main([*checking, "--crl", url]) == Exit.BAD_INPUT
    assert "no revocation list" in capsys.readouterr().err


def test_of_what_nobody_vouches_for_the_form_alone_is_verified(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    assert main(given(url)) == Exit.DONE
    capsys.readouterr()
    trust, store = ["--trust", str(Path(url).parent / "ca.pem")], ["--store", url]
    for known, proven in ((trust, True), (store, True), ([], False)):
        assert main(["certificate", "verify", *documents(url), *known]) == Exit.DONE
        said = capsys.readouterr().out
        assert (said.count(": verified: "), said.count("its origin not verified: ")) == (
            (2, 0) if proven else (0, 2)
        )
        assert main(["certificate", "verify", *documents(url), *known, "--json"]) == Exit.DONE
        reports = json.loads(capsys.readouterr().out)
        assert [report["proven"] for report in reports] == [proven, proven]
