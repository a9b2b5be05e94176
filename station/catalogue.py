"""Every model that the station knows: who drives it, who simulates it."""

from dataclasses import dataclass

from drivers.capabilities import Offers


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model.

    Attributes:
        name: as bench files call it.
        title: as a person calls it.
        offers: capability → reach of its driver; None where it is only simulated.
        faces: how the simulated one is reached; None where it has no simulator.
    """

    name: str
    title: str
    offers: Offers | None
    faces: tuple[str, ...] | None


def known_models() -> tuple[KnownModel, ...]:
    """Return every model, in the order of the drivers' catalogue, those only simulated last."""
    from drivers.catalogue import driver_class, models
    from simulators.catalogue import MODELS as SIMULATED

    driven = models()
    faces = {name: row.faces.names() for name, row in SIMULATED.items()}
    titles = {name: row.title for name, row in SIMULATED.items()}
    return (
        *(
            KnownModel(name, row.title, driver_class(name).offers, faces.get(name))
            for name, row in driven.items()
        ),
        *(
            KnownModel(name, titles[name], None, faces[name])
            for name in SIMULATED
            if name not in driven
        ),
    )
