"""`station simulate` as a script uses it: lines of JSON, `ready`, real clients, SIGTERM."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from station.cli.main import main

posix = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")


@contextmanager
def simulate(*arguments: str) -> Iterator[list[dict[str, object]]]:
    """Serve in another process; give the lines before `ready`, and see that it ends well."""
    command = [sys.executable, "-m", "station", "simulate", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield [json.loads(line) for line in iter(process.stdout.readline, "ready\n")]
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


@posix
def test_one_model_on_the_ports_that_were_asked_for(tmp_path: Path) -> None:
    ports = ("--tcp", "--hislip", "--vxi11", "--portmapper", "--rfc2217")
    asked = [word for port in ports for word in (port, "0")]
    link = str(tmp_path / "line")
    model = "keysight-34461a"
    with simulate("--model", model, "--serial-number", "MY1", *asked, "--serial", link) as lines:
        served, control = lines
        assert (served["name"], served["model"]) == (model, model)
        assert isinstance(served["portmapper"], int)
        assert re.fullmatch(r"127\.0\.0\.1:\d+", str(control["control"]))
        addresses = served["address"]
        assert isinstance(addresses, list)
        assert addresses[3] == f"ASRL{link}::INSTR"
        assert addresses[4].startswith("serial+rfc2217://127.0.0.1:")
        manager = pyvisa.ResourceManager("@py")
        for address in addresses[:4]:
            resource = manager.open_resource(address, read_termination="\n")
            assert isinstance(resource, MessageBasedResource)
            assert resource.query("*IDN?").split(",")[2] == "MY1"
        manager.close()
    assert not Path(link).is_symlink()


@posix
def test_only_what_was_asked_for() -> None:
    with simulate("--model", "fluke-5522a", "--hislip", "0") as lines:
        (address,) = lines[0]["address"]  # type: ignore[misc]  # JSON
        assert "hislip0," in address


MASS = """
[bench]
name = "mass"
[instruments.balance]
model = "mettler-xs204"
address = "TCPIP0::192.0.2.5::8001::SOCKET"
serial = "B123456789"
[simulation.things.w50]
model = "weight-e2"
constants = { nominal_kilograms = 0.05 }
"""


@posix
def test_a_thing_without_an_interface_stands_on_the_bench(tmp_path: Path) -> None:
    bench = tmp_path / "mass.toml"
    bench.write_text(MASS)
    with simulate(str(bench)) as (balance, weight, control):
        assert balance["address"]
        assert weight == {"name": "w50", "model": "weight-e2", "address": []}
        assert "control" in control
    assert main(["identify", "--bench", str(bench), "--simulate"]) == 0


def test_a_thing_is_no_instrument(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = tmp_path / "mass.toml"
    bench.write_text(MASS + '[instruments.w100]\nmodel = "weight-e2"\naddress = "none"\n')
    assert main(["identify", "--bench", str(bench), "--simulate"]) == 2
    assert "Put it under [simulation.things.w100]" in capsys.readouterr().err


REFUSED = {
    "ports of a bench": (["bench.toml", "--hislip", "0"], "go with --model"),
    "portmapper alone": (["--model", "fluke-5522a", "--portmapper", "0"], "--vxi11"),
    "no port": (["--model", "fluke-5522a", "--tcp", "65536"], "is no port"),
    "no model": (["--model", "fluke-9", "--tcp", "0"], "fluke"),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_wrong_use(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    try:
        code = main(["simulate", *arguments])
    except SystemExit as ended:
        code = int(str(ended.code))
    assert code == 2
    assert says in capsys.readouterr().err


def test_a_link_that_is_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "line").write_text("mine")
    arguments = ["--model", "fluke-5522a", "--serial", str(tmp_path / "line")]
    assert main(["simulate", *arguments]) == 2
    assert "cannot be served" in capsys.readouterr().err
