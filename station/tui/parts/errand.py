"""Work that may block, in a thread that never keeps the program from ending."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def errand(work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises; the screen goes on meanwhile."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None is T's own where T has it

    def carry_out() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:
            failed = error
        with suppress(RuntimeError):  # the console was closed meanwhile
            loop.call_soon_threadsafe(tell, result, failed)

    # A daemon: an instrument that does not answer must not hold up whoever wants to leave.
    threading.Thread(target=carry_out, name="errand", daemon=True).start()
    return await done
