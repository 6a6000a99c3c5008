"""What a colour is called: one of a dozen words, from the numbers of its swatch."""

from colorsys import rgb_to_hls

COLOURS = (
    "black",
    "grey",
    "white",
    "beige",
    "brown",
    "red",
    "pink",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
)
# Where each hue ends, in degrees.
HUES = (
    (15, "red"),
    (40, "orange"),
    (65, "yellow"),
    (170, "green"),
    (255, "blue"),
    (320, "purple"),
    (345, "pink"),
    (360, "red"),
)
DARK, LIGHT = 0.17, 0.88
DULL = 0.16  # of saturation: less is no colour


def colour_of(swatch: str) -> str:
    """The word for a swatch such as "#2c5a46"."""
    red, green, blue = (int(swatch[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    vivid = max(red, green, blue) - min(red, green, blue)
    if light < DARK and vivid < 0.2:
        return "black"
    word = next(name for end, name in HUES if hue * 360 <= end)
    if light > LIGHT and vivid < 0.1:
        return "white"
    if saturation < DULL or vivid < 0.06:
        return "grey"
    if word in ("orange", "yellow", "red") and saturation < 0.5:
        if light > 0.6:
            return "pink" if word == "red" else "beige"
        if word != "red":
            return "brown"
    return word
