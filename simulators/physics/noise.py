"""Seeded randomness: one generator for each purpose, so that nothing disturbs anything else."""

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

BLOCK = 4096  # draws made at a time: one call of the generator costs as much as hundreds of draws


def generator(seed: int, *purpose: str) -> np.random.Generator:
    """Return the generator of `purpose` (an instrument's name, then what it is for)."""
    digest = blake2b("\x00".join(purpose).encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])


def standard_normals(source: np.random.Generator) -> Iterator[float]:
    """Yield draws of the standard normal distribution for ever, made in blocks."""
    while True:
        yield from source.standard_normal(BLOCK).tolist()
