"""A checkpoint kept elsewhere finds a store that was replaced, or cut."""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256

from station.cli.main import main
from station.errors import BadInput, Refused
from station.records.checkpoint import LARGEST, checkpoint, compare, parse, written
from station.records.signature import verify
from station.records.store import open_store
from tests.station.certificate.authority import PASSWORD, Holder, make
from tests.station.records.issued import Certified, certified, changed
from tests.station.stores import Place

SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def kept(issued: Certified, folder: Path) -> Path:
    path = folder / "checkpoint.json"
    assert main(["audit", "--checkpoint", str(path), "--store", issued.url]) == 0
    return path


def test_a_store_that_grew_goes_on_from_its_checkpoint(place: Place, tmp_path: Path) -> None:
    made = certified(tmp_path, place.url)
    with open_store(made.url) as store:
        before = checkpoint(store)
    certified(tmp_path, place.url)
    with open_store(made.url) as store:
        assert compare(store, before).faults == ()
        assert len(checkpoint(store).runs) == len(before.runs) + 1 == 2
        assert checkpoint(store, run=made.run).runs == before.runs


def test_the_same_store_gives_the_same_bytes(issued: Certified) -> None:
    with open_store(issued.url) as store:
        first = written(checkpoint(store))
        assert written(checkpoint(store)) == first
    assert parse(first, name="it") == parse(first, name="it again")
    assert written(parse(first, name="it")) == first


CUTS = [
    pytest.param(
        ("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)",), "it was cut", id="run cut"
    ),
    pytest.param(("DELETE FROM register",), "The register had", id="register cut"),
    pytest.param(
        ("DELETE FROM certificate", "DELETE FROM standard_use", "DELETE FROM entry",
         "DELETE FROM run"),
        "and is gone",
        id="run gone",
    ),
    pytest.param(("DELETE FROM certificate",), "was issued and is gone", id="certificate gone"),
    pytest.param(
        ("UPDATE certificate SET pdf = xml",), "its files are others", id="certificate replaced"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "fault"), CUTS)
def test_a_cut_store_is_found(
    issued: Certified,
    tmp_path: Path,
    statements: tuple[str, ...],
    fault: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = kept(issued, tmp_path)
    copy = changed(Path(issued.url), tmp_path / "copy.db", *statements)
    assert main(["audit", "--against", str(path), "--store", str(copy)]) == 4
    assert fault in capsys.readouterr().out


def test_a_whole_store_put_in_its_place_is_found(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other store is sound in itself; only the checkpoint tells that it is another."""
    path = kept(issued, tmp_path)
    other = certified(tmp_path)
    assert main(["audit", "--store", other.url]) == 0
    capsys.readouterr()
    assert main(["audit", "--against", str(path), "--store", other.url]) == 4
    assert f"Run {issued.run}: was there with" in capsys.readouterr().out


def test_faults_are_told_in_the_readers_language_and_to_programs_in_english(
    issued: Certified,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATION_LANG", "vi")
    other = certified(tmp_path)
    asked = ["audit", "--against", str(kept(issued, tmp_path)), "--store", other.url]
    capsys.readouterr()
    assert main(asked) == 4
    whole, compared, *faults = capsys.readouterr().out.splitlines()
    assert whole.endswith("1 giấy chứng nhận: tất cả đúng như đã ghi")
    assert "; không được ký): 3 lỗi" in compared
    assert any(line.startswith(f"  Phiên đo {issued.run}: từng có với ") for line in faults)
    assert main([*asked, "--json"]) == 4
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == told["against"]["faults"]
    assert any(each.startswith(f"Run {issued.run}: was there with ") for each in told["faults"])


def test_a_run_written_anew_is_found(issued: Certified, tmp_path: Path) -> None:
    """A chain that is sound and as long, but not the one that was there."""
    with open_store(issued.url) as store:
        there = checkpoint(store)
        run = there.runs[issued.run]
        forged = there.model_copy(
            update={
                "runs": {
                    issued.run: run.model_copy(update={"length": run.length - 1, "head": "0" * 64})
                },
                "register_head": there.register_head.model_copy(update={"head": "1" * 64}),
            }
        )
        faults = compare(store, forged).faults
    assert [str(fault).endswith("it was replaced.") for fault in faults] == [True, True]


def test_every_byte_of_a_checkpoint_is_vouched_for(issued: Certified) -> None:
    with open_store(issued.url) as store:
        content = written(checkpoint(store))
        right = checkpoint(store)
    for place in range(len(content) - 1):
        wrong = bytearray(content)
        wrong[place] ^= 1
        try:
            found = parse(bytes(wrong), name="it")
        except (BadInput, Refused):
            continue
        pytest.fail(f"byte {place} changed: {found == right}")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
        pytest.param(b'{"checkpoint":{},"sha256":"' + b"0" * 64 + b'"}', id="nothing in it"),
        pytest.param(b" " * (LARGEST + 1), id="large"),
    ],
)
def test_what_is_no_checkpoint_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="it: "):
        parse(content, name="it")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET hash = x'00'",
        "UPDATE entry SET at = x'00'",
        "UPDATE register SET hash = 'short'",
        "UPDATE certificate SET pdf = x'00'",
    ],
)
def test_what_is_in_a_store_never_ends_the_comparison(
    issued: Certified, tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = kept(issued, tmp_path)
    copy = changed(Path(issued.url), tmp_path / "copy.db", change)
    assert main(["audit", "--against", str(path), "--store", str(copy)]) == 4
    told = capsys.readouterr()
    assert "is not what was written" in told.out + told.err


def test_a_file_without_end_is_not_read(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "large"
    path.touch()
    os.truncate(path, 2**34)
    assert main(["audit", "--against", str(path), "--store", issued.url]) == 2
    assert "larger than" in capsys.readouterr().err


def test_no_checkpoint_is_made_of_a_store_with_faults(
    issued: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = changed(Path(issued.url), tmp_path / "copy.db", "DELETE FROM entry WHERE seq = 4")
    path = tmp_path / "checkpoint.json"
    assert main(["audit", "--checkpoint", str(path), "--store", str(copy)]) == 4
    assert not path.exists()
    assert "not written" in capsys.readouterr().err


def test_a_key_without_a_checkpoint_is_refused(issued: Certified) -> None:
    assert main(["audit", "--key", "k.p12", "--store", issued.url]) == 2


KEYS = [
    pytest.param(lambda: make("Seal", since=SINCE, until=UNTIL), id="ECDSA"),
    pytest.param(
        lambda: make(
            "Seal", since=SINCE, until=UNTIL, private=rsa.generate_private_key(65537, 2048)
        ),
        id="RSA",
    ),
]


def signed(
    issued: Certified, holder: Holder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    key, path = folder / "key.p12", folder / "checkpoint.json"
    key.write_bytes(holder.p12())
    monkeypatch.setenv("STATION_KEY_PASSWORD", PASSWORD)
    arguments = ["--checkpoint", str(path), "--key", str(key), "--store", issued.url]
    assert main(["audit", *arguments]) == 0
    return path


@pytest.mark.parametrize("holder", KEYS)
def test_a_signed_checkpoint_names_its_signer(
    issued: Certified,
    holder: Callable[[], Holder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = signed(issued, made := holder(), tmp_path, monkeypatch)
    capsys.readouterr()
    assert main(["audit", "--against", str(path), "--store", issued.url]) == 0
    printed = capsys.readouterr().out
    assert "CN=Seal" in printed
    assert made.certificate.fingerprint(SHA256()).hex() in printed
    path.write_bytes(path.read_bytes() + b" ")
    assert main(["audit", "--against", str(path), "--store", issued.url]) == 4
    assert "the signature is not over this file" in capsys.readouterr().err


def test_another_signer_or_none_is_refused_where_one_is_named(
    issued: Certified,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever replaces the store replaces the checkpoint beside it, and signs with his own key."""
    holder, other = (make("Seal", since=SINCE, until=UNTIL) for _ in range(2))
    path = signed(issued, holder, tmp_path, monkeypatch)
    ours, theirs = (each.certificate.fingerprint(SHA256()).hex() for each in (holder, other))
    asked = ["audit", "--against", str(path), "--store", issued.url, "--signer"]
    assert main([*asked, ours]) == 0
    assert main([*asked, ours.upper()]) == 0
    assert main([*asked, theirs]) == 4
    told = capsys.readouterr().err
    assert "signed by CN=Seal" in told
    assert ours in told
    path.with_name("checkpoint.json.sig").unlink()
    assert main([*asked, ours]) == 4
    assert "not signed" in capsys.readouterr().err
    assert main(["audit", "--signer", ours, "--store", issued.url]) == 2


def test_an_older_copy_put_in_its_place_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = certified(tmp_path)
    older = changed(Path(made.url), tmp_path / "older.db")
    certified(tmp_path)
    path = kept(made, tmp_path)
    assert main(["audit", "--store", str(older)]) == 0, "it is sound in itself"
    assert main(["audit", "--against", str(path), "--store", str(older)]) == 4
    printed = capsys.readouterr().out
    for said in ("and is gone", "The register had 2 entries and has 1", "Certificate C26.00002"):
        assert said in printed


def test_openssl_agrees_with_the_signature(
    issued: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: our signature has no second opinion here")
    path = signed(issued, make("Seal", since=SINCE, until=UNTIL), tmp_path, monkeypatch)
    kept_apart = json.loads(path.with_name("checkpoint.json.sig").read_text())
    (tmp_path / "c.pem").write_text(kept_apart["certificate"])
    (tmp_path / "s.bin").write_bytes(b64decode(kept_apart["signature"]))
    extract = [openssl, "x509", "-in", tmp_path / "c.pem", "-pubkey", "-noout"]
    key = subprocess.run(extract, check=True, capture_output=True).stdout
    (tmp_path / "k.pem").write_bytes(key)
    check = [openssl, "dgst", "-sha256", "-verify", tmp_path / "k.pem"]
    done = subprocess.run(
        [*check, "-signature", tmp_path / "s.bin", path], check=False, capture_output=True
    )
    assert done.stdout.strip() == b"Verified OK"


def test_no_secret_is_in_what_is_written(
    issued: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = signed(issued, make("Seal", since=SINCE, until=UNTIL), tmp_path, monkeypatch)
    for each in (path, path.with_name("checkpoint.json.sig")):
        content = each.read_bytes()
        assert PASSWORD.encode() not in content
        assert b"PRIVATE" not in content


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"certificate":"x","signature":"AA=="}', id="no certificate"),
        pytest.param(b'{"certificate":"' + b"x" * 30_000 + b'","signature":""}', id="large"),
    ],
)
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(BadInput, match="no signature of this program"):
        verify(b"content", signature, name="it")
