"""What in a text may be the content of a picture or a film; it is taken out before anything is kept.

A report may carry an image inside a field: in base64, in hexadecimal digits, or as an address that begins
with ``data:``. Only named fields are kept at all; this takes such runs out of those too.
"""

import re

MOST_TEXT = 4000
"""So many signs of a free text are kept."""
_RUN = 120
"""Words of people have no blank-free runs of so many signs of base64; digests and addresses are shorter."""
_LOOSE = re.compile(r"data:[^\s\"'<>]*|[A-Za-z0-9+/_=-]{24,}")
_BASE64_STARTS = (
    "/9j/",
    "iVBORw0KGg",
    "R0lGOD",
    "UklGR",
    "Qk0",
    "SUkqA",
    "TU0AK",
    "AAAA",
    "GkXfo",
    "AAABAA",
    "PHN2Zy",
)
_HEX_STARTS = (
    "ffd8ff",
    "89504e47",
    "47494638",
    "52494646",
    "424d",
    "49492a00",
    "4d4d002a",
    "1a45dfa3",
    "000000",
)
_HEX = re.compile(r"[0-9a-fA-F]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGESTS = frozenset({32, 40, 64, 128})


def is_content(run: str, *, most: int = _RUN) -> bool:
    """Tell whether a run of signs without a blank is, or may be, the content of a picture or a film.

    Args:
        run: The signs.
        most: A run of so many may be content whatever it begins with; web addresses have longer ones.
    """
    if run.startswith("data:"):
        return True
    if _HEX.fullmatch(run):
        begins = run.lower().startswith(_HEX_STARTS)
        return (begins and len(run) not in _DIGESTS) or len(run) > max(128, most)
    return len(run) >= most or run.startswith(_BASE64_STARTS)


def screened(text: str, *, most: int = MOST_TEXT) -> tuple[str, int]:
    """Return a text without runs that may be content, cut to its limit, and how many were taken out.

    Lines of base64 that are broken at 64 or 76 signs go with the first of them: each is a run that is as long
    as its neighbours, so a sequence of three such lines is content too.
    """
    dropped = 0

    def take(match: "re.Match[str]") -> str:
        nonlocal dropped
        if not is_content(match.group()):
            return match.group()
        dropped += 1
        return ""

    text = _CONTROL.sub("", text)
    text, broken = _BROKEN.subn(" ", text)
    kept = " ".join(_LOOSE.sub(take, text).split())
    return kept[:most], dropped + broken


_BROKEN = re.compile(r"(?:(?<=\s)|^)(?:[A-Za-z0-9+/=]{40,100}\s+){2,}[A-Za-z0-9+/=]*")
"""Three or more lines of base64; digests one below another are told by their fields, not in free text."""
