"""What an observation is of, in words: its id is for the program."""

import re

from station.locale import N_, Translate

WORDS = {
    "up": N_("rising"),
    "down": N_("falling"),
    "return": N_("back at the beginning"),
    "warm-up": N_("warm-up"),
    "zero": N_("zero"),
    "repeatability": N_("repeatability"),
    "eccentricity": N_("off centre"),
    "tare": N_("with tare"),
    "discrimination": N_("discrimination"),
    "stability": N_("stability"),
    "axial": N_("along the axis"),
    "radial": N_("from bore to bore"),
    "loading": N_("with other thermometers"),
    "empty pan": N_("empty pan"),
    "empty pan again": N_("empty pan again"),
    "centre": N_("centre"),
    "left front": N_("left front"),
    "right front": N_("right front"),
    "left rear": N_("left rear"),
    "right rear": N_("right rear"),
}
"""By the parts of ids; what is not here tells nothing that the row does not say."""

SERIES = re.compile(r"(M\d+) (up|down)")
"""A series of a pressure gauge (DKD-R 6-1)."""


def observed_as(id_: str, say: Translate) -> str:
    """Return what tells an observation from others of the same value; "" where nothing does."""
    return ", ".join(filter(None, (_word(part, say) for part in id_.split("/"))))


def _word(part: str, say: Translate) -> str:
    series = SERIES.fullmatch(part)
    if series is not None:
        return f"{series[1]} {say(WORDS[series[2]])}"
    return say(WORDS[part]) if part in WORDS else ""
