"""Arithmetic on colours written `#rrggbb` or `#rrggbbaa`: lightness, saturation, contrast."""

import colorsys


def channels(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue, each from 0 to 1."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def written(red: float, green: float, blue: float, alpha: str = "") -> str:
    """Format a colour as hexadecimal digits; `alpha` is two hexadecimal digits, or empty."""
    return "#" + "".join(f"{round(min(1, max(0, part)) * 255):02x}" for part in (red, green, blue)) + alpha


def recoloured(colour: str, *, saturation: float = 1.0, lighter: float = 0.0) -> str:
    """Multiply the saturation, and add to the lightness (HLS, from 0 to 1); the alpha channel is unchanged."""
    hue, lightness, saturated = colorsys.rgb_to_hls(*channels(colour))
    lightness = min(1.0, max(0.0, lightness + lighter))
    return written(*colorsys.hls_to_rgb(hue, lightness, min(1.0, saturated * saturation)), colour[7:])


def mixed(colour: str, other: str, share: float) -> str:
    """Mix a colour with a share (0 to 1) of another one."""
    pairs = zip(channels(colour), channels(other), strict=True)
    red, green, blue = (mine + (theirs - mine) * share for mine, theirs in pairs)
    return written(red, green, blue, colour[7:])


def contrast(colour: str, ground: str) -> float:
    """Return the WCAG 2 contrast ratio (1 to 21) of two opaque colours."""
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(colour: str, ground: str, ratio: float) -> str:
    """Darken or lighten a colour until it has a contrast `ratio` to its background; the hue is unchanged."""
    step = -0.01 if _luminance(ground) > 0.2 else 0.01
    for tries in range(100):
        changed = recoloured(colour, lighter=step * tries)
        if contrast(changed, ground) >= ratio:
            return changed
    return "#000000" if step < 0 else "#ffffff"


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
