"""How the console looks: dark, light, with high contrast, and plain, without any colour.

The texts name the sixteen colours of a terminal ("red", "bold green"); each theme says what they
are, so that they can be read on its ground.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from rich.terminal_theme import TerminalTheme
from textual.theme import BUILTIN_THEMES, Theme

from station.locale import N_

PLAIN = "plain"

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "dark": N_("dark"),
        "light": N_("light"),
        "contrast": N_("high contrast"),
        PLAIN: N_("plain, without colour"),
    }
)
"""Name of a theme → what people call it; the first is offered to whoever chose none."""


def _bars(ground: str, bar: str, held: str) -> dict[str, str]:
    """Return the colours of scroll bars, which a theme would else make from its main colour."""
    grounds = ("", "-hover", "-active")
    return {
        **{f"scrollbar-background{each}": ground for each in grounds},
        "scrollbar-corner-color": ground,
        "scrollbar": bar,
        "scrollbar-hover": held,
        "scrollbar-active": held,
    }


# The plain one is as the terminal is; the frame leaves out what colours it has. What is behind a
# line to type in (boost) is among the variables: of a theme with a panel, Textual takes no other.
THEMES = (
    Theme(
        "dark",
        primary="#5aa9e6",
        secondary="#7f95ab",
        warning="#f0b94d",
        error="#ff6f69",
        success="#78d08a",
        accent="#f0b94d",
        foreground="#dfe6ee",
        background="#10151b",
        surface="#161d25",
        panel="#222c38",
        dark=True,
        variables={"boost": "#2b3847", **_bars("#161d25", "#2b3847", "#5aa9e6")},
    ),
    Theme(
        "light",
        primary="#0a5c9e",
        secondary="#51606f",
        warning="#8a5300",
        error="#b3131b",
        success="#0f6b30",
        accent="#8a5300",
        foreground="#14191f",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#dfe4ea",
        dark=False,
        variables={"boost": "#cfdae6", **_bars("#f3f1ec", "#b9c4d0", "#0a5c9e")},
    ),
    Theme(
        "contrast",
        primary="#ffff00",
        secondary="#ffffff",
        warning="#ffff00",
        error="#ff8080",
        success="#80ff80",
        accent="#00ffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#003049",
        dark=True,
        text_alpha=1.0,
        variables={
            "text-muted": "#ffffff",
            "boost": "#004b73",
            **_bars("#000000", "#ffffff", "#ffff00"),
        },
    ),
    replace(BUILTIN_THEMES["ansi-dark"], name=PLAIN),
)

Rgb = tuple[int, int, int]


def _colours(ground: Rgb, text: Rgb, *eight: Rgb) -> TerminalTheme:
    """Return the sixteen colours; the bright ones are the same eight."""
    return TerminalTheme(ground, text, list(eight), list(eight))


COLOURS: Mapping[str, TerminalTheme] = MappingProxyType(
    {
        "dark": _colours(
            *((16, 21, 27), (223, 230, 238)),
            *((34, 44, 56), (255, 111, 105), (120, 208, 138), (240, 185, 77)),
            *((90, 169, 230), (214, 146, 226), (95, 208, 214), (223, 230, 238)),
        ),
        "light": _colours(
            *((251, 250, 247), (20, 25, 31)),
            *((20, 25, 31), (179, 19, 27), (15, 107, 48), (138, 83, 0)),
            *((10, 92, 158), (130, 30, 130), (0, 98, 112), (70, 80, 92)),
        ),
        "contrast": _colours(
            *((0, 0, 0), (255, 255, 255)),
            *((0, 0, 0), (255, 128, 128), (128, 255, 128), (255, 255, 0)),
            *((128, 200, 255), (255, 160, 255), (0, 255, 255), (255, 255, 255)),
        ),
    }
)
"""Name of a theme → what the terminal's colours are in it; plain leaves them to the terminal."""
