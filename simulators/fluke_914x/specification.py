"""What is published about the field metrology wells, as data.

Data sheet figures from memory, unverified, except the stability of the 9144, which a public text
repeats.  Drives are fitted to the published times, from memory and unverified too: 9142 23 to
140 °C 16 min and to 150 °C 23 min, 150 to -23 °C 25 min; 9143 33 to 350 °C 5 min, 350 to 100 °C
14 min and to 33 °C 32 min; 9144 50 to 660 °C 15 min, 660 to 100 °C 25 min and to 50 °C 35 min.
Cut-outs as delivered are a choice, a little above the range.  Hysteresis of the control sensor
0.025 to 0.2 °C and loading 0.006 to 0.2 °C by model, from memory, unverified: which of the three
models has how much is a choice.
"""

from collections.abc import Mapping

from simulators.physics.approach import Drive
from simulators.physics.resistance_input import Accuracy
from simulators.physics.temperature_source import Character

SCAN_RATE = 100.0  # K/min, default of the manual
SPAN_MILLIMETRES = 40.0
HEIGHTS = (0.0, 20.0, 40.0)

CHARACTERS: Mapping[str, Character] = {
    "9142": Character(
        "9142", low=-25.0, high=150.0,
        display=((25.0, 0.2),),
        stability=((25.0, 0.01),),
        axial=((25.0, 0.05),),
        radial=((25.0, 0.01),),
        span_millimetres=SPAN_MILLIMETRES,
        heating=Drive(156.75, 462.0), cooling=Drive(-32.2, 502.0),
        stabilising=600.0, rate=SCAN_RATE, cut_out=165.0,
        hysteresis=0.025, loading=0.006,
    ),
    "9143": Character(
        "9143", low=33.0, high=350.0,
        display=((33.0, 0.2),),
        stability=((33.0, 0.02), (200.0, 0.02), (350.0, 0.03)),
        axial=((33.0, 0.04), (200.0, 0.1), (350.0, 0.2)),
        radial=((33.0, 0.01), (200.0, 0.015), (350.0, 0.02)),
        span_millimetres=SPAN_MILLIMETRES,
        heating=Drive(450.0, 210.0), cooling=Drive(20.1, 592.0),
        stabilising=300.0, rate=SCAN_RATE, cut_out=375.0,
        hysteresis=0.05, loading=0.05,
    ),
    "9144": Character(
        "9144", low=50.0, high=660.0,
        display=((50.0, 0.35), (420.0, 0.35), (660.0, 0.5)),
        stability=((50.0, 0.03), (420.0, 0.04), (660.0, 0.05)),
        axial=((50.0, 0.05), (420.0, 0.35), (660.0, 0.5)),
        radial=((50.0, 0.02), (420.0, 0.05), (660.0, 0.10)),
        span_millimetres=SPAN_MILLIMETRES,
        heating=Drive(900.0, 712.0), cooling=Drive(7.9, 766.0),
        stabilising=540.0, rate=SCAN_RATE, cut_out=700.0,
        hysteresis=0.2, loading=0.2,
    ),
}  # fmt: skip

# The reference input of the -P models: about 0.010 °C at 25 °C, 0.020 °C at 660 °C with 100 Ω
# (from memory, unverified); the noise is a choice.
REFERENCE = Accuracy(relative=2e-5, floor=2e-3, noise=2e-6, full_scale=400.0)
UUT = Accuracy(relative=5e-5, floor=5e-3, noise=5e-6, full_scale=400.0)  # a choice
AMPERES = 1e-3
