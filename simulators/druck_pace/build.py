"""From a specification to a PACE in the world.

Its terminals are "OUTLET" and, with a second module, "OUTLET 2"; an indicator has an "INLET".
"""

from simulators.catalogue import Built, InstrumentSpec
from simulators.druck_pace.commands import COMMON
from simulators.druck_pace.controlling import CONTROLLING
from simulators.druck_pace.manifold import Manifold, Modules
from simulators.druck_pace.measuring import SENSING
from simulators.druck_pace.panel import PacePanel, RequestsAsText
from simulators.druck_pace.rows import language_of
from simulators.druck_pace.specification import MODELS
from simulators.world import World


def build(spec: InstrumentSpec, world: World) -> Built:
    """Put an instrument into `world`."""
    model = MODELS[spec.model]
    terminals = ("OUTLET", "OUTLET 2") if model.controls else ("INLET",)
    used = terminals[: len(model.modules)]
    manifolds = tuple(
        Manifold(
            module,
            f"{spec.name} {terminal}",
            None if model.controls else f"{spec.name} {terminal}",
            world,
            spec.errors,
        )
        for module, terminal in zip(model.modules, used, strict=True)
    )
    things = dict(zip(used, manifolds, strict=True)) if model.controls else {}
    world.install(spec.name, used, things=things)
    rows = (*SENSING, *COMMON, *(CONTROLLING if model.controls else ()))
    modules = Modules(manifolds)
    panel = PacePanel(
        model, modules, spec.serial, world.clock, lambda panel: language_of(panel, rows)
    )
    return Built(panel, modules, serial=lambda faulty: RequestsAsText(faulty, panel, world.clock))
