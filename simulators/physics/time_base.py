"""Where an instrument finds the frequency reference that is joined to it."""

from simulators.physics.media import TimeBase
from simulators.world import World


def reference_at(world: World, terminal: str) -> TimeBase | None:
    """Return the frequency reference joined to `terminal`, the nearest one; None: there is none."""
    # Asking for a Protocol's members at run time is what `runtime_checkable` is for.
    joined = world.joined(terminal, TimeBase)  # type: ignore[type-abstract]
    return joined[0] if joined else None
