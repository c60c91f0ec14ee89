"""Whether a text names a person: the rule that keeps a victim's real name out of every act.

Words are compared without case, accents, vowel signs and invisible letters. A name of several words is found
where two of its long words stand together, in any order, with at most one other word between; a name of one
word where that word stands; a name in a script that parts no words wherever it stands. Addresses of accounts
and pages are left out: an account is called what it is called.

Basis: 34(1), 36(1)
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

LONG = 3
"""Letters from which a word of a name counts where the name has several."""
_PARTICLES = frozenset(
    "van von der den del della dos das des bin ibn bint abu umm ben ould the of بن ابن بنت ابو ام".split()
)
"""Words that stand in many names, and tell nobody."""
_ACCOUNT = re.compile(r"\S+@\S+|\S+://\S+")
_WORD = re.compile(r"[^\W_]+")
_CLOSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_FOLDED = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf", "Me"))
    return _WORD.findall(kept.translate(_FOLDED))


def names_person(text: str, name: str) -> bool:
    """Tell whether a text names a person; an empty name is nobody's."""
    wanted = words_of(name)
    if not wanted:
        return False
    words = words_of(_ACCOUNT.sub(" ", text))
    if any(_CLOSE.search(one) for one in wanted):
        return "".join(wanted) in "".join(words)
    long = [one for one in wanted if len(one) >= LONG and one not in _PARTICLES]
    if len(wanted) == 1 or len(long) < 2:
        return _stands(words, wanted)
    return any(
        words[at] in long and _near(words[at + 1 : at + 3], [one for one in long if one != words[at]])
        for at in range(len(words))
    )


def first_naming(texts: Iterable[tuple[str, str]], names: Iterable[str]) -> str | None:
    """Return the first place whose text names one of the persons, or None."""
    held = [one for one in names if one.strip()]
    return next((place for place, text in texts if any(names_person(text, one) for one in held)), None)


def texts_of(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a parsed JSON value with where it stands; names of members are texts too."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield f"{place}/{key}", str(key)
            yield from texts_of(held, f"{place}/{key}")
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for number, held in enumerate(value):
            yield from texts_of(held, f"{place}/{number}")


def _stands(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _near(words: list[str], others: list[str]) -> bool:
    return any(one in others for one in words)
