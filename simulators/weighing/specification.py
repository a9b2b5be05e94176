"""Balances that can stand on the bench, as data.

Every figure is a typical data-sheet value from memory, unverified, but for the capacities: they
are those of the makers' printed examples. Where these leave the over-range out, nine intervals e
of 1 mg are added: no instrument indicates more (OIML R 76-1, 4.2.3, from memory, unverified).
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Balance:
    """What a data sheet says of a balance.

    Attributes:
        type_name: as it names itself.
        capacity: greatest load (kg), over-range included.
        steps: up to a load (kg) → scale interval d (kg), finest first; a DeltaRange balance has
            several.
        repeatability: standard deviation (kg) with next to no load and near full load.
        linearity: limit (kg) of the deviation from the straight line.
        eccentricity: limit (kg) of the error at the edge of the pan, with `eccentric_load`.
        eccentric_load: test load (kg) of the eccentricity.
        time_constant: of settling (s); a change of full load takes about 17 of them.
        sensitivity: limit (1) of the error of slope after the last adjustment.
        per_kelvin: limit (1/K) of the change of slope with temperature.
        internal_weight: whether it can adjust itself.
        built_in: limit (1) of the error of its built-in weight; a choice.
        drift: limit (kg/s) of what its zero moves steadily; a choice. Only comparators have one:
            of others it is below a step in the time of a weighing.
    """

    type_name: str
    capacity: float
    steps: tuple[tuple[float, float], ...]
    repeatability: tuple[float, float]
    linearity: float
    eccentricity: float
    eccentric_load: float
    time_constant: float
    sensitivity: float = 3e-6
    per_kelvin: float = 1.5e-6
    internal_weight: bool = True
    built_in: float = 1e-6
    drift: float = 0.0


METTLER = MappingProxyType({
    # 0.01 mg up to 81 g and 0.1 mg up to 220 g; settling 2.5 s typical.
    "mettler-xsr205du": Balance(
        "XSR205DU", 0.220009, ((0.081, 1e-8), (0.220009, 1e-7)), (0.015e-6, 0.05e-6),
        0.15e-6, 0.25e-6, 0.1, 0.13,
    ),
    "mettler-xs204": Balance(
        "XS204", 0.220009, ((0.220009, 1e-7),), (0.05e-6, 0.07e-6), 0.2e-6, 0.4e-6, 0.1,
        0.10,
    ),
    "mettler-xpr6": Balance(
        "XPR6", 0.006109, ((0.006109, 1e-9),), (0.0005e-6, 0.0008e-6), 0.004e-6, 0.003e-6, 0.005,
        0.19,
    ),
    "mettler-me204": Balance(
        "ME204", 0.220009, ((0.220009, 1e-7),), (0.08e-6, 0.1e-6), 0.2e-6, 0.4e-6, 0.1, 0.10
    ),
    "mettler-xpr205": Balance(
        "XPR205", 0.220009, ((0.220009, 1e-8),), (0.007e-6, 0.015e-6), 0.1e-6, 0.2e-6, 0.1, 0.12
    ),
    # Comparators indicate from nought to full load here, not only in an electrical range.
    "mettler-ax1006": Balance(
        "AX1006", 1.011, ((1.011, 1e-9),), (0.0015e-6, 0.002e-6), 0.01e-6, 0.01e-6, 0.5, 0.6,
        drift=0.15e-9,
    ),
    "mettler-ax10005": Balance(
        "AX10005", 10.011, ((10.011, 1e-8),), (0.015e-6, 0.02e-6), 0.1e-6, 0.1e-6, 5.0, 0.6,
        drift=1.5e-9,
    ),
})  # fmt: skip

SARTORIUS = MappingProxyType({
    "sartorius-mse225s": Balance(
        "MSE225S-000-DU", 0.220009, ((0.220009, 1e-8),), (0.015e-6, 0.025e-6), 0.15e-6, 0.25e-6,
        0.1, 0.22,
    ),
    "sartorius-mse1203s": Balance(
        "MSE1203S-100-DR", 1.22, ((1.22, 1e-6),), (0.5e-6, 0.7e-6), 2e-6, 3e-6, 0.5, 0.07
    ),
    "sartorius-bce224": Balance(
        "BCE224I-1S", 0.220009, ((0.220009, 1e-7),), (0.08e-6, 0.1e-6), 0.2e-6, 0.4e-6, 0.1, 0.10
    ),
})  # fmt: skip
