"""Domains that look like those of a brand: its shape in other letters, one letter off, its name inside."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from comity.indicators.kinds import domain_name

Skeleton = Callable[[str], str]
"""Gives texts that look alike the same form (Unicode TR39); the engine brings it."""

_LEAST_PART, _LEAST_INSIDE, _LEAST_TYPO = 4, 6, 5


class Resemblance(StrEnum):
    """How a domain resembles a brand's."""

    CONFUSABLE = "confusable"
    TYPO = "typo"
    OTHER_ENDING = "other_ending"
    NAME_INSIDE = "name_inside"
    SUBDOMAIN = "subdomain"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A domain that resembles one on the list of brands."""

    domain: str
    shown: str
    brand: str
    how: Resemblance


def unicode_domain(domain: str) -> str:
    """Return a domain with its A-labels decoded, as a person would read it; labels that cannot be stay."""
    shown = []
    for label in domain.split("."):
        try:
            shown.append(label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            shown.append(label)
    return ".".join(shown)


class Brands:
    """The domains that a node looks after, ready to be compared.

    Args:
        domains: Registered domains, such as ``bank.example``.
        skeleton: Makes look-alike texts equal.
        registered: Returns the registered domain of a host; empty where there is none.
    """

    def __init__(
        self, domains: Iterable[str], *, skeleton: Skeleton, registered: Callable[[str], str]
    ) -> None:
        self._skeleton, self._registered = skeleton, registered
        self._domains = frozenset(made for one in domains if (made := domain_name(one)))
        self._names: dict[str, str] = {}
        self._shapes: dict[str, str] = {}
        for one in sorted(self._domains):
            name = _name(one)
            self._names.setdefault(name, one)
            self._shapes.setdefault(skeleton(name), one)
        self._longest = max(map(len, self._shapes), default=0)
        self._without: dict[str, list[str]] = {}
        for name in self._names:
            if len(name) >= _LEAST_TYPO:
                for short in {name, *_shortened(name)}:
                    self._without.setdefault(short, []).append(name)

    def __len__(self) -> int:
        return len(self._domains)

    def resembling(self, host: str) -> LookAlike | None:
        """Return what a host resembles; None for a brand's own domain and for what resembles none.

        Basis: Unicode TR39; RFC 5891
        """
        domain = self._registered(host) or host
        if domain in self._domains:
            return None
        shown = unicode_domain(domain)
        name = _name(shown)
        brand, how = self._judged(name, host, domain)
        if how is None:
            return None
        return LookAlike(domain=host, shown=unicode_domain(host), brand=brand, how=how)

    def _judged(self, name: str, host: str, domain: str) -> tuple[str, Resemblance | None]:
        if name in self._names:
            return self._names[name], Resemblance.OTHER_ENDING
        if brand := self._shapes.get(self._skeleton(name), ""):
            return brand, Resemblance.CONFUSABLE
        parts = {self._skeleton(part) for part in name.replace("_", "-").split("-")}
        above = {self._skeleton(part) for part in host.removesuffix(domain).strip(".").split(".") if part}
        for found, how in ((parts, Resemblance.NAME_INSIDE), (above, Resemblance.SUBDOMAIN)):
            for shape in sorted(found):
                if len(shape) >= _LEAST_PART and shape in self._shapes:
                    return self._shapes[shape], how
        if shape := self._inside(self._skeleton(name)):
            return self._shapes[shape], Resemblance.NAME_INSIDE
        for short in (name, *_shortened(name)) if len(name) >= _LEAST_TYPO - 1 else ():
            for known in self._without.get(short, ()):
                if _one_off(name, known):
                    return self._names[known], Resemblance.TYPO
        return "", None

    def _inside(self, shape: str) -> str:
        """Return the longest shape of a brand that stands in another."""
        for size in range(min(len(shape), self._longest), _LEAST_INSIDE - 1, -1):
            for start in range(len(shape) - size + 1):
                if shape[start : start + size] in self._shapes:
                    return shape[start : start + size]
        return ""


def read_brands(text: str) -> tuple[str, ...]:
    """Return the domains of a list, one a line; what follows a ``#`` is a remark."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(sorted({made for line in lines if line and (made := domain_name(line))}))


def _name(domain: str) -> str:
    return domain.partition(".")[0]


def _shortened(name: str) -> set[str]:
    """Return a name with each of its letters left out: what is one letter off meets it there."""
    return {name[:at] + name[at + 1 :] for at in range(len(name))}


def _one_off(one: str, other: str) -> bool:
    """Tell whether two names differ by one letter: put in, left out, replaced, or two exchanged."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        swapped = len(left) >= 2 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
        return left[1:] == right[1:] or swapped
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter
