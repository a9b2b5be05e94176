"""Run every benchmark and print a line each: what, measured, peer, ratio, aim."""

from benchmarks import (
    abort,
    certificates,
    commands,
    console,
    engine,
    metrology,
    records,
    register,
    store,
    validation,
    wire,
)

LINES = (
    *wire.BENCHMARKS,
    *engine.BENCHMARKS,
    *validation.BENCHMARKS,
    *metrology.BENCHMARKS,
    *commands.BENCHMARKS,
    *console.BENCHMARKS,
    *abort.BENCHMARKS,
    *certificates.BENCHMARKS,
    *records.BENCHMARKS,
    *register.BENCHMARKS,
    *store.BENCHMARKS,
)


def main() -> None:
    for benchmark in LINES:
        print(benchmark(), flush=True)


if __name__ == "__main__":
    main()
