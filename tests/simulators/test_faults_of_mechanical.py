"""Faults that change readings find them in the replies of these instruments, and nothing else."""

import re

import pytest

from simulators.catalogue import model_of

READINGS = [
    ("mettler-xsr205du", b"S S   50.00001 g\n", [b"  50.00001"]),
    ("mettler-xsr205du", b"S D    -12.345 g\n", [b"   -12.345"]),
    ("mettler-xsr205du", b'I2 A "XSR205DU Excellence 220.00900 g"\n', []),
    ("sartorius-mse225s", b"N     +200.00001 g  \n", [b"+200.00001"]),
    ("sartorius-mse1203s", b"N     +    0.031    \n", [b"+    0.031"]),
    ("sartorius-mse1203s", b"Stat           High \n", []),
    ("druck-pace5000", b":SENS:PRES 990.0527344;:OUTP:STAT 0\n", [b"990.0527344"]),
    ("druck-pace5000", b":SENS2:PRES -1.5000000\n", [b"-1.5000000"]),
    ("druck-pace5000", b":SENS:PRES:INL 990.0527344, 1\n", [b"990.0527344"]),
    ("druck-pace5000", b":SOUR:PRES:LEV:IMM:AMPL 0.5000000\n", []),
    ("vaisala-ptu300", b"P=  1003.8 hPa   T= 17.7 'C RH= 40.9 %RH\n",
     [b"1003.8", b"17.7", b"40.9"]),
    ("vaisala-ptu300", b"1025.410  19.190 K1510011\n", [b"1025.410", b"19.190"]),
    ("vaisala-ptu300", b"PTU300 / 3.04\n", []),
    ("vaisala-ptu300", b'Output format  :4.3 P " " 3.3 RH 5.1 P3h\n', []),
    ("omega-ithx", b"19.3\n", [b"19.3"]),
    ("omega-ithx", b"Serial Time Out\n\n", []),
    ("mitutoyo-calliper", b"01A+00012.34\n", [b"+00012.34"]),
    ("mitutoyo-calliper", b"911\n", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "payload", "readings"), READINGS, ids=[f"{a} {b!r}" for a, b, _ in READINGS]
)
def test_readings_are_found(model: str, payload: bytes, readings: list[bytes]) -> None:
    assert [one[0] for one in re.finditer(model_of(model).reading, payload)] == readings
