"""The 7341 bath as data and as a thing in the world.

Figures from memory, unverified: stability 0.003 °C at -40, 0.001 °C at 25, 0.005 °C at 150 °C;
uniformity 0.004, 0.002 and 0.006 °C; 25 to 100 °C in 120 min and 25 to -20 °C in 130 min, to which
the drives are fitted; 20 min to rest; display 0.5 °C.  Set-points -40 to 150 °C as in
pymeasure/pymeasure, pymeasure/instruments/fluke/fluke7341.py.
"""

from math import inf

from simulators.physics.approach import Drive
from simulators.physics.temperature_source import Character

UNIFORMITY = ((-40.0, 0.004), (25.0, 0.002), (100.0, 0.006))
CHARACTER = Character(
    "7341",
    low=-40.0,
    high=150.0,
    display=((25.0, 0.5),),
    stability=((-40.0, 0.003), (25.0, 0.001), (150.0, 0.005)),
    axial=UNIFORMITY,
    radial=UNIFORMITY,
    span_millimetres=100.0,
    heating=Drive(220.0, 14830.0),
    cooling=Drive(-60.0, 10350.0),
    stabilising=1200.0,
    rate=inf,
    cut_out=160.0,
    holes=13,
)
# Places for a reference thermometer and twelve others, a choice; a stirred bath is not loaded.
HEIGHTS = (0.0, 100.0)  # the working volume between two levels, as two places a well
