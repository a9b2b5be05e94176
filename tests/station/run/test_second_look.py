"""Which entries deserve a second look, and which do not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.person import Sought
from simulators.catalogue import Sight
from station.run import second_look
from station.run.entries import Prompted, PromptKind
from station.run.hands import Hands
from station.run.second_look import (
    BETWEEN,
    FAR,
    FEWER,
    MORE,
    NO_OVERLOAD,
    OUTSIDE,
    POINT,
    SIGN,
    SWAPPED,
    doubts,
    doubts_of_room,
    is_outlier,
    sure,
)


def read(
    expected: float | None = None,
    resolution: float | None = 0.001,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Prompted:
    return Prompted(
        prompt=1,
        wants=PromptKind.READ,
        text="Read the display.",
        unit="V",
        resolution=resolution,
        expected=expected,
        low=low,
        high=high,
    )


DOUBTED = [
    pytest.param(read(5.0), "5.01", {FEWER}, id="a decimal too few"),
    pytest.param(read(5.0), "5", {FEWER}, id="no decimals"),
    pytest.param(read(5.0), "5.0010", {MORE}, id="a decimal too many"),
    pytest.param(read(5.0, 0.02), "5.01", {BETWEEN}, id="between steps of 0.02"),
    pytest.param(read(5.0, 0.5), "5.2", {BETWEEN}, id="between steps of 0.5"),
    pytest.param(read(1200.0, 50.0), "1210", {BETWEEN}, id="between steps of 50"),
    pytest.param(read(5.0, 0.02), "5.013", {MORE}, id="too fine is not told twice"),
    pytest.param(read(5.91, 0.01), "5.19", {SWAPPED}, id="swapped"),
    pytest.param(read(5.91, 0.01), "9.51", {SWAPPED}, id="swapped across the point"),
    pytest.param(read(0.501, 0.001), "0.051", {SWAPPED}, id="swapped with a leading zero"),
    pytest.param(read(-5.91, 0.01), "-5.19", {SWAPPED}, id="swapped below zero"),
    pytest.param(read(10.16, 0.01, low=9.0, high=11.0), "10.61", {SWAPPED}, id="within limits"),
    pytest.param(read(5.0), "-5.001", {SIGN}, id="sign"),
    pytest.param(read(-5.0), "5.001", {SIGN}, id="sign of a negative one"),
    pytest.param(read(5.0), "50.010", {POINT}, id="ten times"),
    pytest.param(read(5.0), "0.499", {POINT}, id="a tenth"),
    pytest.param(read(5.0), "0.050", {POINT}, id="a hundredth"),
    pytest.param(read(5.0), "5001.000", {POINT}, id="the next unit"),
    pytest.param(read(5.0), "50.10", {FEWER, POINT}, id="form and value"),
    pytest.param(read(5.0), "6.000", {FAR}, id="far"),
    pytest.param(read(0.0), "0.021", {FAR}, id="far from zero: 21 steps"),
    pytest.param(read(0.0), "-0.100", {FAR}, id="a point explains nothing at zero"),
    pytest.param(read(5.0, low=4.99, high=5.01), "5.033", {FAR}, id="beyond the limits"),
    pytest.param(read(None, low=0.0, high=10.0), "11.000", {FAR}, id="limits alone"),
    pytest.param(read(None, None, high=10.0), "11", {FAR}, id="one limit alone"),
    pytest.param(read(5.0), "5" + "0" * 99, {FEWER, POINT}, id="a slip of a hundred digits"),
    pytest.param(read(5.0), "OL", {NO_OVERLOAD}, id="overload"),
]
TAKEN = [
    pytest.param(read(5.0), "5.010", id="what is expected"),
    pytest.param(read(5.0), "5.000", id="exactly"),
    pytest.param(read(5.0), "5.240", id="out of tolerance is not far"),
    pytest.param(read(5.0), "5.009", id="a few steps"),
    pytest.param(read(0.0), "-0.020", id="an offset of 20 steps"),
    pytest.param(read(0.0), "0.000", id="zero"),
    pytest.param(read(5.0, 0.02), "5.02", id="a step of 0.02"),
    pytest.param(read(5.0, 1e-5 / 1e-3), "5.01", id="a resolution that was divided"),
    pytest.param(read(1200.0, 50.0), "1250", id="a step of 50"),
    pytest.param(read(5.0, low=-100.0, high=100.0), "7.000", id="within wide limits"),
    pytest.param(read(None), "123.456", id="nothing is known"),
    pytest.param(read(None, None), "123.4", id="nothing at all"),
    pytest.param(read(None), "OL", id="overload where nothing is expected"),
]


@pytest.mark.parametrize(("prompt", "entered", "found"), DOUBTED)
def test_a_second_look_is_asked_for_and_says_why(
    prompt: Prompted, entered: str, found: set[str]
) -> None:
    assert set(doubts(prompt, entered)) == found


@pytest.mark.parametrize(("prompt", "entered"), TAKEN)
def test_a_plausible_entry_is_taken_at_once(prompt: Prompted, entered: str) -> None:
    assert doubts(prompt, entered) == ()


@given(steps=st.integers(-8, 8), expected=st.integers(1, 19_999))
def test_a_meter_a_few_steps_off_is_never_doubted(steps: int, expected: int) -> None:
    shown = Decimal(expected + steps).scaleb(-3)
    assert doubts(read(expected / 1000), f"{shown:.3f}") == ()


@given(st.integers(1_000, 19_999), st.sampled_from(range(4)))
def test_swapped_digits_are_noticed_unless_they_change_little(number: int, place: int) -> None:
    digits = list(f"{number:05d}")
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    changed = int("".join(digits))
    found = doubts(read(number / 1000), f"{changed / 1000:.3f}")
    assert bool(found) == (changed != number)


ROOM = [
    pytest.param(None, "23.1", (), id="usual"),
    pytest.param(None, "18.0", (), id="at the limit"),
    pytest.param(None, "20.3", (), id="digits swapped it would be the middle: that says nothing"),
    pytest.param(None, "12.1", (OUTSIDE, SWAPPED), id="swapped digits lead out of the limits"),
    pytest.param(None, "2.31", (OUTSIDE, POINT), id="a slipped point"),
    pytest.param(None, "-23.1", (OUTSIDE, SIGN), id="a wrong sign"),
    pytest.param(None, "30.1", (OUTSIDE,), id="it may be so"),
    pytest.param(23.1, "23.4", (), id="nearly as before"),
    pytest.param(23.1, "26.0", (), id="warmer than before"),
    pytest.param(23.1, "21.3", (SWAPPED,), id="swapped digits of what was read before"),
    pytest.param(23.1, "13.2", (OUTSIDE,), id="outside at the end"),
]


@pytest.mark.parametrize(("before", "entered", "found"), ROOM)
def test_a_room_outside_the_method_or_mistyped_is_looked_at_again(
    before: float | None, entered: str, found: tuple[str, ...]
) -> None:
    assert doubts_of_room((18.0, 28.0), before, entered) == found


SURE = [
    pytest.param(("0.3", "0.3"), "0.3", id="the same stands"),
    pytest.param(("0.30", "0.02"), "0.02", id="put right"),
    pytest.param(("0.3", "0.30"), "0.30", id="the same number: told of all that is doubtful"),
    pytest.param(("0.30", "0.3", "0.3"), "0.3", id="the same number, and a further doubt"),
    pytest.param(("0.02",), "0.02", id="nothing to doubt"),
    pytest.param(("0.0", "0.30", "0.30"), "0.30", id="another number, another doubt"),
    pytest.param(("OL", "0.30", "OL", "OL"), "OL", id="overload twice in a row"),
]


@pytest.mark.parametrize(("entries", "taken"), SURE)
def test_a_confirmed_doubt_confirms_no_other(entries: tuple[str, ...], taken: str) -> None:
    typed = iter(entries[1:])
    prompt = read(0.0, 0.01)
    assert sure(entries[0], lambda text: doubts(prompt, text), lambda *_: next(typed)) == taken
    assert list(typed) == []


LIMITED = [
    pytest.param(read(0.0, 0.05), "0.30", {FAR}, id="six times the limits"),
    pytest.param(read(0.0, 0.05), "1.00", {FAR}, id="twenty times"),
    pytest.param(read(0.0, 0.05), "0.3", {FEWER, FAR}, id="and too few decimals"),
    pytest.param(read(41.3, 0.05), "41.85", {FAR}, id="far within 5 %"),
    pytest.param(read(0.0, 0.05), "0.20", set(), id="a bad one"),
    pytest.param(read(0.0, 0.1), "0.3", set(), id="three coarse steps"),
    pytest.param(read(0.0, 0.1), "0.4", {FAR}, id="four coarse steps"),
]


@pytest.mark.parametrize(("prompt", "entered", "found"), LIMITED)
def test_many_times_the_limits_of_error_are_far(
    prompt: Prompted, entered: str, found: set[str]
) -> None:
    assert set(doubts(prompt, entered, 50e-6 / 1e-3)) == found


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        pytest.param(("0.00", "0.05", "0.30", "0.00"), {2}, id="one of four"),
        pytest.param(("0.00", "0.05", "0.15"), set(), id="three steps"),
        pytest.param(("0.00", "1.00"), set(), id="of two, who knows which"),
        pytest.param(("0.0", "100.0", "0.0", "100.0"), set(), id="load and no load"),
        pytest.param(("5.01", "5.31", "4.80", "5.11", "5.51"), set(), id="they scatter"),
        pytest.param((), set(), id="none"),
    ],
)
def test_an_entry_far_from_the_others_is_an_outlier(
    entries: tuple[str, ...], found: set[int]
) -> None:
    assert {n for n, each in enumerate(entries) if is_outlier(each, entries, 0.05)} == found


def test_a_doubt_is_a_sentence() -> None:
    sentences = (FEWER, MORE, BETWEEN, SWAPPED, SIGN, POINT, FAR, OUTSIDE, NO_OVERLOAD)
    assert len(set(sentences)) == 9
    assert all(each.endswith(".") and "{" not in each for each in sentences)
    assert second_look.OVERLOADED not in sentences


@pytest.mark.parametrize(
    ("value", "analogue", "resolution", "shown"),
    [
        (5.0126, False, 1e-4, "5.0126 bar"),
        (-0.003, True, 0.02, "0.00 bar"),
        (0.739, True, 0.02, "0.74 bar"),
        (1.13, True, 0.25, "1.25 bar"),
        (118.0, True, 20.0, "120 bar"),
        (float("inf"), False, 0.1, "OL"),
    ],
)
def test_what_a_simulated_instrument_shows(
    value: float, analogue: bool, resolution: float, shown: str
) -> None:
    hands = Hands(
        ask=lambda *_, **__: "",
        write=lambda entry: None,
        by=lambda: "tester",
        wired=lambda wires: None,
        turned=lambda name, position: None,
        look=lambda name, quantity: Sight(value * 1e5, analogue),
        serials={},
    )
    assert hands._seen(Sought("dut", "Read it", "bar", 1e5, resolution)) == shown
