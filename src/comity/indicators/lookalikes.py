"""Domains that look like those of a brand: its shape in other letters, one letter off, its name inside."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from comity.indicators.kinds import domain_name

Skeleton = Callable[[str], str]
"""Gives texts that look alike the same form (Unicode TR39); the engine brings it."""


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
        for shape, brand in self._shapes.items():
            if len(shape) >= 4 and shape in parts:
                return brand, Resemblance.NAME_INSIDE
            if len(shape) >= 4 and shape in above:
                return brand, Resemblance.SUBDOMAIN
            if len(shape) >= 6 and shape in self._skeleton(name):
                return brand, Resemblance.NAME_INSIDE
        for known, brand in self._names.items():
            if len(known) >= 5 and _one_off(name, known):
                return brand, Resemblance.TYPO
        return "", None


def read_brands(text: str) -> tuple[str, ...]:
    """Return the domains of a list, one a line; what follows a ``#`` is a remark."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(sorted({made for line in lines if line and (made := domain_name(line))}))


def _name(domain: str) -> str:
    return domain.partition(".")[0]


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
