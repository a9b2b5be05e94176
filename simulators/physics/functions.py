"""What instruments measure and source, by the names that true errors go by."""

from enum import StrEnum


class Function(StrEnum):
    """A function whose true errors can be set by hand."""

    DC_VOLTAGE = "dc-voltage"
    AC_VOLTAGE = "ac-voltage"
    DC_CURRENT = "dc-current"
    AC_CURRENT = "ac-current"
    RESISTANCE = "resistance"
    FREQUENCY = "frequency"
    CAPACITANCE = "capacitance"
    TEMPERATURE = "temperature"
    GAUGE_PRESSURE = "gauge-pressure"
    PRESSURE_HYSTERESIS = "pressure-hysteresis"
    ATMOSPHERIC_PRESSURE = "atmospheric-pressure"
    HUMIDITY = "humidity"
    MASS = "mass"
    MARKED_MASS = "mass-marked"
    LENGTH = "length"
    LENGTH_AT_TIPS = "length-at-tips"
    """At the far end of a calliper's jaws."""
    INSIDE_LENGTH = "inside-length"
    DEPTH = "depth"
