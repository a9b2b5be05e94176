"""From a model name and an address to a driver that talks to the right instrument."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pyvisa

from drivers.capabilities import Instrument
from drivers.catalogue import connect, driver_class, models
from drivers.dialogue import Exchange
from drivers.errors import (
    BadAddress,
    BadSetting,
    InstrumentRefused,
    ReplyTimeout,
    UnexpectedReply,
    UnknownModel,
    WrongInstrument,
)
from drivers.fluke.f5522a import Fluke5522A
from drivers.link import Terminator
from drivers.link.serial import Flow, SerialSettings
from drivers.models import MODELS
from tests.drivers.peers import LineServer, Peer, RealClock, Script

CALIBRATOR = "FLUKE,5522A,4872301,1.1+1.3+1.8"


def no_library() -> pyvisa.ResourceManager:
    raise AssertionError("this address needs no VISA library")


@contextmanager
def connected(
    server: LineServer,
    model: str = "fluke-5522a",
    *,
    serial: str | None = "4872301",
    trace: list[Exchange] | None = None,
) -> Iterator[Instrument]:
    instrument = connect(
        model,
        "calibrator",
        f"serial+socket://127.0.0.1:{server.port}",
        serial=serial,
        clock=RealClock(),
        manager=no_library,
        trace=None if trace is None else trace.append,
    )
    yield instrument
    instrument.close()


def answering(identity: str = CALIBRATOR, **others: str) -> Script:
    """Answer as a calibrator that is always in standby and done."""
    replies = {"*IDN?": identity, "*OPC?": "1", "OPER?": "0", "ERR?": '0,"No Error"', **others}

    def script(peer: Peer) -> None:
        for message in peer:
            if message in replies:
                peer.send(f"{replies[message]}\r\n")

    return script


def hang_up_at(message: str) -> Script:
    def script(peer: Peer) -> None:
        for heard in peer:
            if heard == message:
                peer.hang_up()
                return
            if heard == "*IDN?":
                peer.send(f"{CALIBRATOR}\r\n")

    return script


def test_nothing_is_opened_before_it_is_needed() -> None:
    with LineServer(answering()) as server, connected(server) as calibrator:
        assert server.sessions == []
        assert calibrator.identify().serial == "4872301"
    assert server.sessions == [["*IDN?", "*CLS"]]


@pytest.mark.parametrize(
    ("model", "identity"),
    [
        pytest.param("fluke-5522a", "FLUKE,5522A,4872302,1.1+1.3+1.8", id="serial number"),
        pytest.param("fluke-5522a", "FLUKE,5520A,4872301,1.1+1.3+1.8", id="model"),
        pytest.param("fluke-5520a", CALIBRATOR, id="the newer model"),
        pytest.param("keysight-34461a", CALIBRATOR, id="maker"),
    ],
)
def test_another_instrument_is_refused_and_both_are_named(model: str, identity: str) -> None:
    with LineServer(answering(identity)) as server, connected(server, model) as instrument:
        with pytest.raises(WrongInstrument) as caught:
            instrument.identify()
    assert identity in str(caught.value)
    assert "serial 4872301" in str(caught.value)


def test_any_serial_number_serves_where_none_is_stated() -> None:
    with LineServer(answering()) as server, connected(server, serial=None) as calibrator:
        assert calibrator.identify().model == "5522A"


def test_everything_said_is_traced() -> None:
    trace: list[Exchange] = []
    with LineServer(answering()) as server, connected(server, trace=trace) as calibrator:
        calibrator.identify()
    assert [(each.sent, each.received) for each in trace] == [
        ("*IDN?", CALIBRATOR),
        ("*CLS", None),
    ]


def test_terminal_mode_is_refused_with_what_to_do() -> None:
    def echo(peer: Peer) -> None:
        for message in peer:
            peer.send(f"{message}\r\n{CALIBRATOR}\r\n2> ")

    with LineServer(echo) as server, connected(server) as calibrator:
        with pytest.raises(UnexpectedReply, match=r"set REMOTE I/F to comp"):
            calibrator.identify()


@pytest.mark.parametrize("moment", ["STBY", "*OPC?"])
def test_standby_is_reached_although_the_connection_breaks(moment: str) -> None:
    with LineServer(hang_up_at(moment), answering()) as server, connected(server) as calibrator:
        assert isinstance(calibrator, Fluke5522A)
        calibrator.standby()
    assert server.sessions[1] == ["*IDN?", "STBY", "*CLS", "STBY", "*OPC?", "OPER?"]


def test_standby_is_reached_although_an_answer_is_still_owed() -> None:
    with LineServer(answering()) as server, connected(server) as calibrator:
        assert isinstance(calibrator, Fluke5522A)
        with pytest.raises(ReplyTimeout):
            calibrator.dialogue.ask("RANGE?", timeout=0.05)
        calibrator.standby()
    assert server.sessions[1] == ["*IDN?", "STBY", "*CLS", "STBY", "*OPC?", "OPER?"]


def test_standby_that_is_not_reached_is_an_error() -> None:
    live = answering(**{"OPER?": "1"})
    with LineServer(live) as server, connected(server) as calibrator:
        assert isinstance(calibrator, Fluke5522A)
        with pytest.raises(InstrumentRefused, match="take the terminals to be live"):
            calibrator.standby()


@pytest.mark.parametrize(
    ("model", "advice"),
    [
        ("fluke-552a", "Did you mean 'fluke-5522a'?"),
        ("Keysight-34461A", "Did you mean 'keysight-34461a'?"),
        ("oscilloscope", "Known are "),
    ],
)
def test_unknown_model_names_the_nearest(model: str, advice: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        connect(model, "dut", "X", serial=None, clock=RealClock(), manager=no_library)
    assert advice in str(caught.value)


def test_wrong_address_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(BadAddress, match="Did you mean baud") as caught:
        connect(
            "fluke-5522a",
            "calibrator",
            "serial:///dev/ttyUSB0?bauds=9600",
            serial=None,
            clock=RealClock(),
            manager=no_library,
        )
    assert caught.value.instrument == "calibrator"


def test_calibrator_speaks_as_its_manual_says_on_a_serial_line() -> None:
    assert models()["fluke-5522a"].serial == SerialSettings(
        9600, "8N1", Terminator.CRLF, Flow.XONXOFF
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_row_leads_to_a_driver_that_states_its_reach(model: str) -> None:
    driver: Any = driver_class(model)
    offers = driver.offers
    assert offers
    for capability in offers:
        assert issubclass(driver, capability)


def settled(settings: dict[str, int], model: str = "isotech-millik") -> Any:
    return connect(
        model,
        "readout",
        "serial+socket://127.0.0.1:9",
        serial=None,
        clock=RealClock(),
        manager=no_library,
        settings=settings,
    )


def test_a_driver_is_told_its_channel() -> None:
    assert settled({}).channel == 1
    assert settled({"channel": 2}).channel == 2


@pytest.mark.parametrize(
    ("model", "says"),
    [("isotech-millik", "It has channel, range_ohms"), ("fluke-5522a", "It has none")],
)
def test_a_setting_that_a_driver_does_not_have_is_refused(model: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        settled({"chanel": 2}, model)
