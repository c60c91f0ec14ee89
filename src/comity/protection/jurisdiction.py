"""Which States may take a report: each with the ground, who says what it rests on, and how sure that is.

Nothing here decides. A network's address says where a registry gave it to somebody, not where a person sat.

Basis: 22(1)(a), 22(2)(a), 22(2)(b), 34(6), 40(4)
"""

from collections.abc import Callable
from dataclasses import dataclass

from comity.protection.reports import Report, Who

STATED, INDICATED, UNCERTAIN = "stated", "indicated", "uncertain"
_SURE = (STATED, INDICATED, UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Why a State may take a report, or is asked about it.

    Attributes:
        party: ISO 3166-1 alpha-3.
        ground: ``territory``, ``victim-national``, ``offender-national``, ``stateless-resident``,
            ``hosting``; ``residence`` and ``victim-here`` tie a State and are no ground of their own.
        reference: Paragraph of the Convention.
        sure: ``stated``, ``indicated`` or ``uncertain``.
        on: What it rests on: ``fact``, ``location``, ``address``, ``proxy``, ``host``.
        what: The address or who says so.
    """

    party: str
    ground: str
    reference: str
    sure: str
    on: str
    what: str


_TIES = {
    ("territory", None): ("territory", "22(1)(a)"),
    ("hosting", None): ("hosting", "34(6)"),
    ("nationality", Who.VICTIM): ("victim-national", "22(2)(a)"),
    ("nationality", Who.SUSPECT): ("offender-national", "22(2)(b)"),
    ("stateless", Who.SUSPECT): ("stateless-resident", "22(2)(b)"),
    ("residence", Who.SUSPECT): ("residence", "40(4)"),
    ("residence", Who.VICTIM): ("victim-here", "34(1)"),
    ("located", Who.SUSPECT): ("territory", "22(1)(a)"),
    ("located", Who.VICTIM): ("victim-here", "34(1)"),
}


def claims(report: Report, *, whose: Callable[[str], str]) -> tuple[Claim, ...]:
    """Return which States may take a report, the surest first.

    Args:
        report: The report.
        whose: Returns the State to which a registry says that an address belongs; empty where none does.
    """
    found: dict[tuple[str, str], Claim] = {}

    def add(claim: Claim) -> None:
        known = found.get((claim.party, claim.ground))
        if known is None or _SURE.index(claim.sure) < _SURE.index(known.sure):
            found[claim.party, claim.ground] = claim

    for fact in report.facts:
        tie = _TIES.get((fact.tie, fact.who)) or _TIES.get((fact.tie, None))
        if tie is not None:
            sure = STATED if fact.sure else INDICATED if fact.tie != "located" else UNCERTAIN
            on = "location" if fact.tie == "located" else "fact"
            add(Claim(party=fact.party, ground=tie[0], reference=tie[1], sure=sure, on=on, what=fact.by))
    for one in report.seen:
        party = whose(one.address)
        if not party:
            continue
        if one.who is None:
            add(
                Claim(
                    party=party,
                    ground="hosting",
                    reference="34(6)",
                    sure=UNCERTAIN,
                    on="host",
                    what=one.address,
                )
            )
        else:
            ground, reference = (
                ("territory", "22(1)(a)") if one.who is Who.SUSPECT else ("victim-here", "34(1)")
            )
            on = "proxy" if one.proxy else "address"
            add(
                Claim(
                    party=party, ground=ground, reference=reference, sure=UNCERTAIN, on=on, what=one.address
                )
            )
    return tuple(
        sorted(found.values(), key=lambda one: (_SURE.index(one.sure), one.on == "proxy", one.party))
    )
