"""Whatever anybody sends to whatever instrument: the panel stays alive and goes on answering.

Messages are made of the instrument's own words (the texts in its source), numbers, and noise.
"""

import ast
import json
import math
import random
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.models import MODELS
from simulators.world import Air

SPEAKING = [name for name in MODELS if any(MODELS[name].faces.names())]
IN_CI, ON_DEMAND = 1000, 1_000_000 // len(SPEAKING) + 1
NOISE = ["\x00", "\x7f", "\x85", "\xff", '"', "'", "#", "(@1)", "(@1:3)", "²", "\t", "\x1b", "_"]
NUMBERS = [
    "0",
    "1",
    "-1",
    "+.5",
    "1e400",
    "-1e-400",
    "9.9E37",
    "INF",
    "NAN",
    "#H20",
    "#14ab",
    "7.5",
]
QUESTIONS = [
    *(b"*IDN?", b"ID?", b"*SRTC", b"*ver", b"QM", b"\x1bP", b"SI", b"SEND", b"1"),
    b"255:R:MRMD:1",
]
JOINTS = ["", " ", ",", ";", ":", "?", "? ", ";:", ", ", "=", "\r"]


@cache
def texts_and_imports(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts in a module of the simulators, and which others it imports."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    nodes = list(ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    imports = (node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))
    return (
        frozenset(text for text in texts if isinstance(text, str)),
        frozenset(name for name in imports if name.startswith("simulators.")),
    )


@cache
def words_of(model: str) -> tuple[str, ...]:
    """Return the short texts in the source of an instrument, and in what it is made of."""
    waiting = [MODELS[model].builder.partition(":")[0]]
    seen: set[str] = set()
    found: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in seen and module != "simulators.catalogue":
            seen.add(module)
            texts, imports = texts_and_imports(module)
            found.update(texts)
            waiting.extend(imports)
    return tuple(sorted(word for word in found if 0 < len(word) <= 24 and "\n" not in word))


def messages(model: str, chance: random.Random) -> Iterator[bytes]:
    words = (*words_of(model), *NUMBERS, *NUMBERS, *NOISE)
    while True:
        if chance.random() < 0.02:
            yield chance.randbytes(chance.randrange(60))
            continue
        parts = [
            chance.choice(words) + chance.choice(JOINTS) for _ in range(chance.randrange(1, 7))
        ]
        yield "".join(parts).replace("\n", " ").encode("latin-1", "replace")


def bench_of(model: str) -> SimulatedBench:
    spec = InstrumentSpec("it", model, "48723017")
    return build([spec], seed=1, air=Air(), clock=VirtualClock())


def question_of(model: str) -> bytes:
    """Return something that a fresh instrument of the model answers."""
    return next(one for one in QUESTIONS if bench_of(model).panel("it").receive(one))


def shout(model: str, count: int, seed: int) -> None:
    bench, chance = bench_of(model), random.Random(seed)
    panel, clock = bench.panel("it"), bench.world.clock
    for number, message in zip(range(count), messages(model, chance), strict=False):
        for reply in panel.receive(message):
            assert not math.isnan(reply.ready), message
            assert reply.payload.endswith((b"\n", b"\r", b">")), message
        assert 0 <= panel.poll(message_available=False) <= 255, message
        assert panel.requests_service(message_available=False) in (True, False)
        if number % 50 == 0:
            json.dumps(bench.state(), allow_nan=True)
            clock.sleep(chance.choice((0.0, 0.1, 30.0)))
        if number % 97 == 0:
            panel.clear()
    panel.clear()
    panel.power_on()
    assert panel.receive(question_of(model))


@pytest.mark.parametrize("model", SPEAKING)
def test_a_thousand_messages(model: str) -> None:
    shout(model, IN_CI, seed=5)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("model", SPEAKING)
def test_a_million_messages_in_all(model: str) -> None:
    shout(model, ON_DEMAND, seed=6)


@pytest.mark.parametrize("model", SPEAKING)
def test_it_has_words_to_be_shouted_at(model: str) -> None:
    assert len(words_of(model)) > 40
