"""Texts that look alike: Unicode's table of confusable letters, by a library that carries it."""

import unicodedata
from functools import cache

from comity.engines.intake.worker import no_extra

_ASCII = str.maketrans({"0": "o", "1": "l", "5": "s", "|": "l", "!": "l", "$": "s", "@": "a"})


def skeleton(text: str) -> str:
    """Return a text as the eye takes it: marks are gone, look-alike letters are the Latin ones.

    Raises:
        UnavailableError: ``intake.extra``.

    Basis: Unicode TR39
    """
    return _folded(latin(text))


def latin(text: str) -> str:
    """Return a text in the Latin letters that it looks like, without marks.

    Raises:
        UnavailableError: ``intake.extra``.

    Basis: Unicode TR39
    """
    if text.isascii():
        return text.lower()
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(ch))
    return "".join(_latin(ch) for ch in plain).lower()


def registered(host: str) -> str:
    """Return the registered domain of a host by the list of public suffixes; empty where there is none."""
    from comity.engines.examining.identifiers import suffixes

    try:
        return suffixes().privatesuffix(host, accept_unknown=False) or ""
    except ImportError as exc:
        raise no_extra() from exc


def is_mixed(text: str) -> bool:
    """Tell whether one label mixes letters of several scripts.

    Basis: Unicode TR39
    """
    from confusable_homoglyphs import categories

    return any(
        len({name for name in categories.unique_aliases(label) if name not in ("COMMON", "INHERITED")}) > 1
        for label in text.split(".")
    )


@cache
def _latin(ch: str) -> str:
    if ch.isascii():
        return ch
    try:
        from confusable_homoglyphs import confusables
    except ImportError as exc:
        raise no_extra() from exc
    found = confusables.is_confusable(ch, greedy=True)
    for one in found[0]["homoglyphs"] if found else ():
        if one["c"].isascii() and one["c"].isprintable():
            return str(one["c"])
    return ch


def _folded(text: str) -> str:
    return text.translate(_ASCII).replace("rn", "m").replace("vv", "w").replace("ii", "u").replace("i", "l")
