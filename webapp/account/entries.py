"""How entries of a form are tidied before they are looked at."""

import re

EMAIL = re.compile(
    r"[^@\s<>()\[\],;:\"\\]{1,64}@(?:[^@\s.<>()\[\],;:\"\\]{1,63}\.)+[^@\s.<>()\[\],;:\"\\]{2,63}"
)


def one_line(text: str | None) -> str:
    """The text without what does not show: control signs, doubled and outer spaces."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())


def paragraph(text: str | None) -> str:
    """The same, keeping line breaks."""
    return "\n".join(one_line(line) for line in (text or "").splitlines()).strip()
