"""Serial lines: pseudo-terminals, a port server that is told the settings, and the bits between."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pyvisa
import serial
from pyvisa.resources import MessageBasedResource
from serial import rfc2217

from drivers.dialogue import Dialogue
from drivers.link.serial import SerialSettings, open_serial, parse_serial_address
from simulators.serve import Doors, SerialLink
from simulators.transport.serial_line import (
    Framing,
    Settings,
    heard_by_client,
    heard_by_instrument,
)
from tests.simulators.rig import RealClock
from tests.simulators.wires import SECONDS, one_of, peers, port_of, served

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX only")
# pyserial 3.5 names its thread a daemon in the way that Python 3.10 deprecated.
old_pyserial = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")

EIGHT, SEVEN_EVEN, SEVEN_ODD = (Framing.of(text) for text in ("8N1", "7E1", "7O1"))
AT_9600 = Settings(9600, EIGHT)


@pytest.mark.parametrize("parity", "NEOMS")
@pytest.mark.parametrize("bits", [5, 6, 7, 8])
def test_equal_framings_understand_each_other(bits: int, parity: str) -> None:
    framing = Settings(9600, Framing(bits, parity))
    every = bytes(range(1 << bits))
    assert heard_by_instrument(every, framing, framing) == every
    assert heard_by_client(every, framing, framing) == every


# The letters: A is 1000001 with two ones, C is 1000011 with three.
HEARD = {
    "7E1 sends, 8N1 hears the parity as bit 8": (SEVEN_EVEN, EIGHT, b"AC", b"A\xc3", b"A\xc3"),
    "7O1 sends, 8N1 hears the parity as bit 8": (SEVEN_ODD, EIGHT, b"AC", b"\xc1C", b"\xc1C"),
    "8N1 sends, 7E1 misses the parity of odd ones": (EIGHT, SEVEN_EVEN, b"AC", b"A\xff", b"AC"),
    "7E1 sends, 7O1 finds no parity right": (SEVEN_EVEN, SEVEN_ODD, b"AC", b"\xff\xff", b"AC"),
    "8E1 sends, 8N1 takes a parity of 0 for no stop bit": (
        Framing.of("8E1"), EIGHT, b"AC", b"\xffC", b"AC",
    ),
    "two stop bits harm nobody": (Framing.of("8N2"), EIGHT, b"AC", b"AC", b"AC"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "receiver", "sent", "instrument", "computer"), HEARD.values(), ids=HEARD.keys()
)
def test_what_is_heard_with_another_framing(
    sender: Framing, receiver: Framing, sent: bytes, instrument: bytes, computer: bytes
) -> None:
    there, here = Settings(9600, sender), Settings(9600, receiver)
    assert heard_by_instrument(sent, there, here) == instrument
    assert heard_by_client(sent, here, there) == computer


def test_another_baud_rate_spoils_every_character_but_line_ends() -> None:
    slow = Settings(1200, EIGHT)
    for hear in (heard_by_instrument, heard_by_client):
        heard = hear(b"*IDN?\r\n", slow, AT_9600)
        assert heard.endswith(b"\r\n")
        assert all(byte > 127 for byte in heard[:-2])


@contextmanager
def terminal(model: str, link: Path | None = None) -> Iterator[str]:
    bench = one_of(model)
    with served(bench=bench, it=Doors(serial=SerialLink(link))) as (running, _):
        yield running.addresses["it"][0].removeprefix("ASRL").removesuffix("::INSTR")


@posix
def test_a_stranger_s_visa_client_on_a_pseudo_terminal() -> None:
    manager = pyvisa.ResourceManager("@py")
    with terminal("fluke-5522a") as device:
        resource = manager.open_resource(f"ASRL{device}::INSTR", read_termination="\r\n")
        assert isinstance(resource, MessageBasedResource)
        resource.timeout = 1000 * SECONDS
        assert resource.query("*IDN?").startswith("FLUKE,5522A,1234567")
        manager.close()


@posix
def test_clients_come_and_go_and_settings_stay() -> None:
    with terminal("fluke-5522a") as device:
        for number in range(3):
            with serial.Serial(device, 9600, timeout=SECONDS, exclusive=True) as line:
                line.write(b"*IDN?\n")
                assert line.read_until(b"\r\n").startswith(b"FLUKE,5522A"), number


@posix
def test_a_device_clear_character_ends_a_reading() -> None:
    with terminal("hp-34401a") as device, serial.Serial(device, 9600, timeout=SECONDS) as line:
        line.write(
            b"SYST:REM\nCONF:VOLT:DC 10\nVOLT:DC:NPLC 100\nSAMP:COUN 100\nREAD?\n\x03*OPC?\n"
        )
        assert line.read_until(b"\r\n") == b"1\r\n"


@posix
def test_a_link_that_is_there_already_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("mine")
    with pytest.raises(FileExistsError), terminal("fluke-5522a", tmp_path / "port"):
        pass
    assert (tmp_path / "port").read_text() == "mine"


OpenLine = Callable[..., serial.SerialBase]


@pytest.fixture
def port_server() -> Iterator[int]:
    with served(bench=one_of("hp-34401a"), it=Doors(rfc2217=0)) as (running, _):
        yield port_of(running.addresses["it"][0])


def remote(port: int, **settings: object) -> serial.SerialBase:
    return serial.serial_for_url(f"rfc2217://127.0.0.1:{port}", timeout=0.5, **settings)


@old_pyserial
def test_settings_reach_the_instrument_through_a_port_server(port_server: int) -> None:
    with remote(port_server) as line:
        line.write(b"SYST:REM\n*CLS\n*IDN?\n")
        assert line.read_until(b"\r\n").startswith(b"HEWLETT-PACKARD,34401A")
        line.parity, line.bytesize = "E", 7
        line.write(b"*IDN?\n")
        line.parity, line.bytesize = "N", 8
        line.write(b"SYST:ERR?\n")
        assert line.read_until(b"\r\n").startswith(b"-")
        line.write(b"*CLS\n")
        line.baudrate = 19_200
        line.write(b"*IDN?\n")
        line.baudrate = 9600
        line.write(b"SYST:ERR?\n")
        assert line.read_until(b"\r\n").startswith(b"-")
        line.write(b"SYST:ERR?\n")
        assert line.read_until(b"\r\n").startswith(b"+0")


@old_pyserial
def test_our_driver_s_link_finds_the_instrument_behind_a_port_server(port_server: int) -> None:
    clock = RealClock()
    address = parse_serial_address(f"serial+rfc2217://127.0.0.1:{port_server}", SerialSettings())
    dialogue = Dialogue("it", lambda: open_serial(address, clock), clock)
    try:
        assert dialogue.ask("SYST:REM;*IDN?").startswith("HEWLETT-PACKARD,34401A")
    finally:
        dialogue.close()


def test_a_port_server_has_room_for_one(port_server: int) -> None:
    with peers(port_server) as peer:
        first = peer()
        assert first.take(1) == rfc2217.IAC
        assert peer().is_left()
        first.vanish()
        while True:
            try:
                if peer().take(1) == rfc2217.IAC:
                    break
            except ConnectionError:
                continue  # until the server has seen that the first is gone


NONSENSE = {
    "an end without a beginning": b"\xff\xf0",
    "a baud rate cut short": b"\xff\xfa\x2c\x01\x00\xff\xf0",
    "an unknown parity": b"\xff\xfa\x2c\x03\x63\xff\xf0",
    "an option without an end": b"\xff\xfa" + b"x" * 1000,
}


@pytest.mark.parametrize("sent", NONSENSE.values(), ids=NONSENSE.keys())
def test_telnet_that_makes_no_sense_ends_the_connection(port_server: int, sent: bytes) -> None:
    with peers(port_server) as peer:
        bad = peer()
        bad.send(sent)
        while bad.socket.recv(4096):
            pass
    with socket.create_connection(("127.0.0.1", port_server), timeout=SECONDS) as again:
        assert again.recv(1) == rfc2217.IAC


def test_unknown_telnet_is_passed_over(port_server: int) -> None:
    with peers(port_server) as peer:
        line = peer()
        line.send(b"\xff\xfb\x63\xff\xf1\xff\xfa\x63\x01\xff\xf0SYST:REM\r\n*OPC?\r\n")
        assert line.line().endswith(b"1\r\n")
