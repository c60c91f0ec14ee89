"""Do the paragraphs that a form cites open what it asks, and leave the grounds that it names?"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import basis_of
from comity.requests.kinds import Trait
from comity.requests.matter import Matter
from comity.requests.refusal import allowed_grounds
from comity.treaty.articles import is_reference
from comity.treaty.instruments import CONVENTION

GENERAL = frozenset({"35(1)", "40", "40(1)", "40(3)"})
"""Paragraphs that open assistance as a whole, beside the article of the mechanism."""
_BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "preservation": ("41(3)(b)",),
        "stored-data": ("40(3)(d)",),
        "traffic-realtime": ("40(3)(e)",),
        "content-interception": ("40(3)(f)",),
        "proceeds-tracing": ("50(2)", "49(2)"),
        "property-freezing": ("40(3)(c)", "40(3)(j)", "40(3)(l)", "49(2)"),
        "confiscation": ("40(3)(l)", "49(1)"),
        "return-sharing": ("50(1)",),
        "emergency": ("41(1)",),
        "traffic-disclosure": ("42(1)",),
        "special-cooperation": ("40(4)",),
        "police-cooperation": ("41(3)",),
    }
)
"""Other paragraphs that open single kinds."""


def check_references(matter: Matter) -> Iterator[Finding]:
    """Yield every paragraph of the Convention that the form relies on in vain.

    The obligation lies in the article of the mechanism. A ground of refusal that the form names as open is
    one of its closed list; naming the paragraph that holds the list is enough where it names nothing else.

    Basis: 35, 40(3), 40(21), 42(6), 43(2)
    """
    basis = basis_of(matter.kind, "basis")
    for row in matter.reading.rows("/basis"):
        cited = matter.reading.get(f"{row}/reference")
        if matter.reading.get(f"{row}/instrument") != CONVENTION or cited is None or not is_reference(cited):
            continue
        role, place = matter.reading.get(f"{row}/role"), f"{row}/reference"
        if role == "obligation" and not _opens(matter, cited):
            yield found(
                "reference.elsewhere", basis=basis, field=place, given=cited, right=matter.kind.mechanism
            )
        if role == "grounds" and not _leaves(matter, cited):
            refusal = matter.kind.refusal
            yield found("reference.ground_closed", basis=refusal, field=place, given=cited, right=refusal)


def _opens(matter: Matter, cited: str) -> bool:
    if _article(cited) == matter.kind.article and matter.kind.article != "40":
        return True
    opened = {matter.kind.mechanism, *_BESIDE.get(matter.kind.code, ())}
    if any(_within(cited, one) for one in opened):
        return True
    return cited in GENERAL and matter.kind.has(Trait.ASSISTANCE)


def _leaves(matter: Matter, cited: str) -> bool:
    kind = matter.kind
    if _article(cited) == kind.article and kind.article != "40":
        return True
    listed = {ground.basis for ground in allowed_grounds(kind.code, instrument=CONVENTION)}
    inside = {one for one in listed if _within(one, cited)}
    if cited == kind.refusal or _within(cited, kind.refusal) or any(_within(cited, one) for one in listed):
        return True
    return bool(inside) and kind.refusal.partition("(")[0] == "40"


def _article(reference: str) -> str:
    return reference.partition("(")[0]


def _within(inner: str, outer: str) -> bool:
    """Tell whether one paragraph is another or a part of it."""
    return inner == outer or inner.startswith(f"{outer}(")
