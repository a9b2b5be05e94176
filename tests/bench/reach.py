"""Every way to a simulated instrument in this process, as the real one has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drivers.catalogue import connect
from simulators.bench import SimulatedBench
from simulators.models import MODELS
from tests.bench.subject import SERIAL, SUBJECT, Subject

ADDRESSES = {
    "gpib": "GPIB0::9::INSTR",
    "usb": "USB0::0x2A8D::0x1301::MY1::INSTR",
    "hislip": "TCPIP0::192.0.2.9::hislip0::INSTR",
    "vxi11": "TCPIP0::192.0.2.9::inst0::INSTR",
    "socket": "TCPIP0::192.0.2.9::{port}::SOCKET",
    "serial": "ASRL1::INSTR",
}


def ways(model: str) -> tuple[str, ...]:
    """Return the interfaces of the real instrument."""
    return MODELS[model].faces.names()


@contextmanager
def driven(bench: SimulatedBench, subject: Subject, way: str) -> Iterator[Any]:
    """Yield the driver of the subject, reached by `way`; nothing is opened yet."""
    socket = MODELS[subject.model].faces.socket
    address = ADDRESSES[way].format(port=socket.port if socket else 0)
    manager = bench.resource_manager({address: SUBJECT})
    driver = connect(
        subject.model,
        SUBJECT,
        address,
        serial=SERIAL,
        clock=bench.world.clock,
        manager=lambda: manager,
        settings=subject.settings,
    )
    try:
        yield driver
    finally:
        driver.close()
        manager.close()
