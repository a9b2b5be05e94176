"""The sittings a run was carried out in: who sat at which bench, with which software."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from station.run.entries import Resumed, RunBegun


@dataclass(frozen=True, slots=True)
class Program:
    """The station's software: name, version, and the SHA-256 of its source, where recorded."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """From a beginning or a resumption on; `bench_digest` is the kept bench file's SHA-256."""

    operator: str
    program: Program
    bench_digest: str


def sittings(begun: RunBegun, resumed: Sequence[Resumed]) -> tuple[Sitting, ...]:
    """Return the sittings of a run, in order."""
    entries: tuple[RunBegun | Resumed, ...] = (begun, *resumed)
    return tuple(Sitting(e.operator, _program(e), e.bench_digest) for e in entries)


def named(parts: Sequence[Sitting], names: Mapping[str, str]) -> tuple[Sitting, ...]:
    """Return the sittings with the people's names where the journal has their logins."""
    return tuple(replace(part, operator=names.get(part.operator, part.operator)) for part in parts)


def operators(parts: Sequence[Sitting]) -> tuple[str, ...]:
    """Return everybody who carried out a part of the run, once each."""
    return tuple(dict.fromkeys(part.operator for part in parts))


def programs(parts: Sequence[Sitting]) -> tuple[Program, ...]:
    """Return every software that took part, once each."""
    return tuple(dict.fromkeys(part.program for part in parts))


def _program(entry: RunBegun | Resumed) -> Program:
    name, _, version = entry.software.rpartition(" ")
    return Program(name or entry.software, version, entry.software_digest)
