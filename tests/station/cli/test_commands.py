"""The command line as scripts rely on it: exit codes, sentences, JSON; never a traceback."""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from station.cli.main import main
from station.control import ControlFailed, ask_control
from station.files import read_bytes
from station.records.store import open_store

DEMO = files("station") / "demo"


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Path]:
    """Write the demonstration's bench file, some of its text replaced."""

    def write(*changes: tuple[str, str], certificate: tuple[str, str] | None = None) -> Path:
        text = (DEMO / "bench.toml").read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "bench.toml"
        path.write_text(text, "utf-8")
        paper = (DEMO / "calibrator-certificate.toml").read_text("utf-8")
        (tmp_path / "calibrator-certificate.toml").write_text(
            paper.replace(*certificate) if certificate else paper, "utf-8"
        )
        return path

    return write


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str, says: str) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert says in err
    assert len(err.strip().splitlines()) <= 2
    assert "Traceback" not in out + err


RUN = ("run", "dmm", "--simulate", "--operator", "auto", "--by", "tester")


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert main(["demo", "--out", str(out), "--lang", "en"]) == 0
    return out


def test_demo_makes_record_certificate_and_dcc(
    demonstrated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(demonstrated / "station.db")
    assert (demonstrated / "C26.00001.pdf").read_bytes().startswith(b"%PDF-")
    assert main(["runs", "--store", store, "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert run["status"] == "finished"
    assert run["points"] == run["done"] >= 60
    assert run["simulated"]
    assert main(["show", run["run"], "--store", store, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    measured = [e for e in shown["entries"] if e["kind"] == "measured"]
    assert len(measured) == run["points"]
    assert all(len(e["readings"]) == 10 for e in measured)
    assert main(["audit", "--store", store]) == 0
    documents = [str(demonstrated / f"C26.00001.{kind}") for kind in ("pdf", "xml")]
    assert main(["certificate", "verify", *documents, "--store", store]) == 0


def test_issuing_again_gives_the_same_bytes(demonstrated: Path, tmp_path: Path) -> None:
    store = str(demonstrated / "station.db")
    assert main(["certificate", "issue", "2026", "--store", store, "--out", str(tmp_path)]) == 0
    for kind in ("pdf", "xml"):
        name = f"C26.00001.{kind}"
        assert (tmp_path / name).read_bytes() == (demonstrated / name).read_bytes()


def test_a_run_from_a_bench_file(
    bench: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "s.db")
    assert main([*RUN, "--bench", str(bench()), "--store", store]) == 0
    run = capsys.readouterr().out.splitlines()[0]
    assert main(["resume", run, "--store", store, "--operator", "auto"]) == 4
    assert "finished" in capsys.readouterr().err
    assert main(["abort", run, "--store", store]) == 4


def test_an_overdue_standard_is_refused(
    bench: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bench(certificate=("due = 2027-09-13", "due = 2026-10-31"))
    store = str(tmp_path / "s.db")
    refused(capsys, 4, *RUN, "--bench", str(path), "--store", store, says="was due 2026-10-31")
    assert main(["check", "--bench", str(path), "--simulate"]) == 4
    assert "NO  calibrator: not in calibration" in capsys.readouterr().out


BAD_BENCHES = [
    pytest.param(("seed = 7", "sead = 7"), 2, "Did you mean 'seed'?", id="unknown key"),
    pytest.param(("keysight-34461a", "keysight-34461b"), 2, "'keysight-34461b'", id="DUT model"),
    pytest.param(("fluke-5522a", "fluke-5522"), 2, "fluke-5522a", id="standard's model"),
    pytest.param(
        ("calibrator-certificate.toml", "nothing.toml"), 2, "cannot be read", id="no certificate"
    ),
    pytest.param(('serial = "4872301"', 'serial = "1"'), 2, "'4872301'", id="wrong certificate"),
    pytest.param(("[instruments.dut]", "[instruments.dmm]"), 2, "instruments.dut", id="no DUT"),
]


@pytest.mark.parametrize(("change", "code", "says"), BAD_BENCHES)
def test_a_wrong_bench_file_is_refused(
    bench: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str],
    code: int,
    says: str,
) -> None:
    arguments = [*RUN, "--bench", str(bench(change)), "--store", str(tmp_path / "s.db")]
    refused(capsys, code, *arguments, says=says)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "no decision rule 'guarded-rejecton'. Did you mean 'guarded-rejection'?"),
        (("--rule", "iso-14253-1"), "Order D-0001 names the decision rule 'guarded-rejecton'"),
    ],
    ids=["misspelt", "another one"],
)
def test_a_rule_that_was_not_agreed_is_refused(
    bench: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
    says: str,
) -> None:
    ordered = 'number = "D-0001"\nrule = "guarded-rejecton"'
    path = bench(('number = "D-0001"', ordered))
    store = tmp_path / "station.db"
    refused(capsys, 2, *RUN, "--bench", str(path), *asked, "--store", str(store), says=says)
    assert not store.exists()


def test_check_names_the_rule_that_was_agreed(
    bench: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    ordered = 'number = "D-0001"\nrule = "guarded-rejection"'
    assert main(["check", "--bench", str(bench(('number = "D-0001"', ordered))), "--simulate"]) == 0
    assert "ok  decision rule: guarded-rejection, version 1" in capsys.readouterr().out
    misspelt = bench(('number = "D-0001"', ordered.replace("rejection", "rejecton")))
    says = "Did you mean 'guarded-rejection'?"
    refused(capsys, 2, "check", "--bench", str(misspelt), "--simulate", says=says)


def test_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    refused(capsys, 2, "runs", "--store", store, says="There is no record store at")
    open_store(store).close()
    refused(capsys, 2, "show", "nothing", "--store", store, says="No run begins with 'nothing'")
    refused(capsys, 2, "runs", "--store", "mysterysql://x", says="not a record store")
    refused(capsys, 3, "runs", "--store", str(tmp_path), says="failed to")
    refused(capsys, 2, "simulate", says="bench file or --model")
    refused(capsys, 2, "run", "dm", "--bench", "x.toml", says="x.toml")
    with pytest.raises(SystemExit) as caught:
        main(["nonsense"])
    assert caught.value.code == 2


def test_auto_has_no_hands_on_a_real_bench(
    bench: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("run", "dmm", "--operator", "auto", "--bench", str(bench()))
    refused(capsys, 2, *arguments, "--store", str(tmp_path / "s.db"), says="no hands")


def test_identify_names_who_does_not_answer(
    bench: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = bench(
        ("GPIB0::4::INSTR", "TCPIP0::127.0.0.1::1::SOCKET"),
        ("TCPIP0::192.0.2.17::hislip0::INSTR", "TCPIP0::127.0.0.1::2::SOCKET"),
    )
    assert main(["identify", "--bench", str(path)]) == 3
    out = capsys.readouterr().out
    assert out.count("FAILED") == 2
    assert main(["identify", "--bench", str(path), "--simulate"]) == 0
    assert "FLUKE, 5522A, 4872301" in capsys.readouterr().out


def test_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    models = {row["model"]: row for row in json.loads(capsys.readouterr().out)}
    assert models["fluke-5522a"]["simulated"]
    assert "DcVoltageSource" in models["fluke-5522a"]["capabilities"]


def test_a_store_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    refused(capsys, 3, "runs", "--store", str(path), says="not a database")
    assert read_bytes(path).startswith(b"not a database"), "nothing is overwritten"


def test_nobody_at_the_control_address() -> None:
    with pytest.raises(ControlFailed, match="Is `station simulate` running"):
        ask_control("127.0.0.1", 1, {"do": "state"})


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"calibration-station \d+\.\d+\.\d+\n", capsys.readouterr().out)
