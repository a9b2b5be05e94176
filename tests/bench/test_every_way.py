"""Every driver reaches its simulator over every line that can be served, and takes it for real."""

import sys
from collections.abc import Iterator

import pytest
import pyvisa

from drivers.catalogue import connect
from drivers.models import MODELS as DRIVEN
from simulators.bench import InstrumentSpec, build
from simulators.models import MODELS as SIMULATED
from simulators.serve import serve
from simulators.world import Air
from station.clock import SystemClock
from tests.bench.subject import SERIAL
from tests.bench.subjects import SUBJECTS

# pyserial's own client of port servers warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")

WITHOUT_SERIAL = {  # what it states instead
    "additel-adt681": "",
    "hp-34401a": "0",
    "keysight-3458a": "",
    "hart-7341": "",
    "omega-ithx": "",
    "mitutoyo-calliper": "",
    "mitutoyo-gauge": "",
    "mitutoyo-indicator": "",
    "mitutoyo-micrometer": "",
}
KINDS = {
    "socket": "::SOCKET",
    "hislip": "::hislip0",
    "vxi11": "::inst0",
    "serial": "ASRL",
    "port server": "serial+rfc2217",
}


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, list[str]]]:
    """All subjects on one bench, served on loopback."""
    specs = [InstrumentSpec(model, model, SERIAL) for model in SUBJECTS]
    clock = SystemClock()
    served = serve(build(specs, seed=3, air=Air(), clock=clock), clock)
    yield dict(served.addresses)
    served.close()


@pytest.fixture(scope="module")
def manager() -> Iterator[pyvisa.ResourceManager]:
    opened = pyvisa.ResourceManager("@py")
    yield opened
    opened.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX only")
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(model, marks=pytest.mark.slow if subject.is_sibling else ())
        for model, subject in SUBJECTS.items()
    ],
)
def test_who_is_there(
    model: str, addresses: dict[str, list[str]], manager: pyvisa.ResourceManager
) -> None:
    assert addresses[model]
    for address in addresses[model]:
        driver = connect(
            model, model, address, serial=SERIAL, clock=SystemClock(), manager=lambda: manager
        )
        try:
            assert driver.identify().serial == WITHOUT_SERIAL.get(model, SERIAL), address
        finally:
            driver.close()


def test_every_kind_of_line_is_among_them(addresses: dict[str, list[str]]) -> None:
    everything = [address for several in addresses.values() for address in several]
    for kind, mark in KINDS.items():
        assert any(mark in address for address in everything), kind


def test_every_driver_has_a_subject() -> None:
    """What a person reads or handles has no line to be struck: whole runs prove it."""
    struck = {DRIVEN[model].driver for model in SUBJECTS}
    assert {row.driver for row in DRIVEN.values() if not row.by_hand} == struck


def test_what_a_person_reads_or_handles_is_simulated_without_an_interface() -> None:
    by_hand = {model for model, row in DRIVEN.items() if row.by_hand}
    assert len(by_hand) > 5
    assert by_hand - set(SIMULATED) == set()
    assert [model for model in by_hand if any(SIMULATED[model].faces.names())] == []
