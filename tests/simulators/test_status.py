"""IEEE 488.2 status: registers, queue, service request."""

from simulators.language.status import ErrorQueue, Event, Register, StandardStatus


def test_the_last_place_of_a_full_queue_tells_of_the_overflow() -> None:
    queue = ErrorQueue(3, (-350, "Queue overflow"))
    kept = [queue.push(-100 - n, str(n)) for n in range(5)]
    assert kept == [True, True, True, False, False]
    assert [queue.pop() for _ in range(4)] == [
        (-100, "0"),
        (-101, "1"),
        (-350, "Queue overflow"),
        None,
    ]


def test_room_in_the_queue_is_used_again() -> None:
    queue = ErrorQueue(2, (-350, "Queue overflow"))
    for code in (-100, -101, -102):
        queue.push(code, "")
    queue.pop()
    queue.push(-103, "late")
    assert [queue.pop(), queue.pop()] == [(-350, "Queue overflow"), (-103, "late")]


def test_power_on_is_told_once() -> None:
    status = StandardStatus(lambda: 0)
    assert (status.read_event(), status.read_event()) == (128, 0)


def test_serial_poll_clears_the_request_and_mss_stays() -> None:
    status = StandardStatus(lambda: 0, service_enable=32, event_enable=32)
    status.set(Event.CME)
    assert status.poll(message_available=False) == 32 + 64
    assert status.poll(message_available=False) == 32
    assert status.byte(message_available=False) == 32 + 64
    status.read_event()
    status.forget_requests()
    status.set(Event.CME)
    assert status.poll(message_available=False) == 32 + 64


def test_message_available_asks_for_service() -> None:
    status = StandardStatus(lambda: 0, service_enable=16)
    assert status.poll(message_available=False) == 0
    assert status.poll(message_available=True) == 16 + 64


def test_transition_filters() -> None:
    register = Register(enable=0b11)
    register.change(0b01)
    register.change(0b10)
    assert (register.read_event(), register.summary) == (0b11, False)
    register.rising, register.falling = 0, 0b10
    register.change(0b01)
    assert (register.summary, register.read_event()) == (True, 0b10)
    register.preset()
    assert (register.enable, register.rising, register.falling) == (0, 0x7FFF, 0)
