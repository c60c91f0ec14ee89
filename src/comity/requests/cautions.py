"""Circumstances that need care, told in the form or raised by its words: each brings a person in.

Each rule is one small function. A rule looks at the answer in ``circumstances`` first, then at red flags.
"""

from collections.abc import Callable, Iterator, Mapping

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.matter import Matter
from comity.requests.redflags import flagged

Rule = Callable[[Matter, Mapping[str, str]], Iterator[Finding]]


def check_cautions(matter: Matter) -> Iterator[Finding]:
    """Yield what a person must look at because of who or what is concerned. Basis: 6, 24"""
    flags = flagged(matter)
    for rule in CAUTIONS:
        yield from rule(matter, flags)


def minors(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """A minor is concerned. Basis: 24(1)"""
    if place := _place(matter, flags, "minors"):
        yield found("caution.minors", basis="24(1)", field=place)


def privileged(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Communications that a professional secret protects are concerned. Basis: 24(2)"""
    if place := _place(matter, flags, "privileged"):
        yield found("caution.privileged", basis="24(2)", field=place)


def immunity(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """A person or place may enjoy immunity. Basis: 40(21)(b)"""
    if place := _place(matter, flags, "immunity"):
        yield found("caution.immunity", basis="40(21)(b)", field=place)


def expression(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Speech, press, belief or assembly is concerned. Basis: 6(2)"""
    if place := _place(matter, flags, "expression"):
        yield found("caution.expression", basis="6(2)", field=place)


def persecution(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The words resemble persecution for who a person is or thinks. Basis: 40(22), 37(15)"""
    if place := _place(matter, flags, "persecution", told="political"):
        basis = "37(15)" if matter.kind.article == "37" else "40(22)"
        yield found("caution.persecution", basis=basis, field=place)


def security_research(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The conduct may be security research in good faith. Basis: 24(1)"""
    if place := _place(matter, flags, "security_research"):
        yield found("caution.security_research", basis="24(1)", field=place)


def parallel(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Another State proceeds too. Basis: 22(5)"""
    if place := _place(matter, flags, "parallel", told="parallel_proceedings"):
        yield found("caution.parallel", basis="22(5)", field=place)


def earlier_judgment(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The person was judged for the same conduct. Basis: 40(21)(d), 37(8)"""
    if place := _place(matter, flags, "earlier_judgment"):
        basis = "37(8)" if matter.kind.article == "37" else "40(21)(d)"
        yield found("caution.earlier_judgment", basis=basis, field=place)


def death_penalty(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The death penalty is possible and no assurance excludes it. Basis: 6(1)"""
    places = [
        f"{row}/maximum_penalty/death"
        for row in matter.reading.rows("/offences")
        if matter.reading.get(f"{row}/maximum_penalty/death") is True
    ]
    place = next(iter(places), flags.get("death_penalty", ""))
    if not place:
        return
    if "no_death_penalty" in _assurances(matter):
        yield found("caution.death_penalty_assured", basis="6(1)", field="/assurances/given")
    else:
        yield found("caution.death_penalty", basis="6(1)", field=place)


def torture(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Words of torture or ill-treatment stand in the form. Basis: 6(1)"""
    if place := _place(matter, flags, "torture", told="ill_treatment"):
        yield found("caution.torture", basis="6(1)", field=place)


def remote_access(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The words speak of access from abroad, which no article opens. Basis: 5(2)"""
    if place := _place(matter, flags, "remote_access", told="accessed_abroad"):
        yield found("caution.remote_access", basis="5(2)", field=place)


def bulk(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """The request reaches persons without a link to the offence. Basis: 24(1), 24(4)"""
    if place := flags.get("bulk"):
        yield found("caution.bulk", basis="24(4)" if matter.requested_side else "24(1)", field=place)


def asylum(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Facts of asylum: they have no way out. Basis: 40(22), 37(15)"""
    if place := _place(matter, flags, "asylum"):
        basis = "37(15)" if matter.kind.article == "37" else "40(22)"
        yield found("caution.asylum", basis=basis, field=place)


def informant(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Facts of an informant or protected witness: they have no way out. Basis: 33(1)"""
    if place := _place(matter, flags, "informant", told="protected_source"):
        yield found("caution.informant", basis="33(1)", field=place)


def fair_trial(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Words cast doubt on a fair trial. Basis: 21(4), 37(14)"""
    if place := flags.get("fair_trial"):
        basis = "37(14)" if matter.kind.article == "37" else "21(4)"
        yield found("caution.fair_trial", basis=basis, field=place)


def security(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """Defence or secrets of a State are touched. Basis: 40(21)(b), 5(1)"""
    if place := flags.get("security"):
        basis = "5(1)" if matter.kind.article == "37" else "40(21)(b)"
        yield found("caution.security", basis=basis, field=place)


def third_state(matter: Matter, flags: Mapping[str, str]) -> Iterator[Finding]:
    """A third State gave it under a condition. Basis: 36(3)"""
    if place := flags.get("third_state"):
        yield found("caution.third_state", basis="36(3)", field=place)


def _place(matter: Matter, flags: Mapping[str, str], flag: str, *, told: str = "") -> str:
    """Return where the form tells of a circumstance, or the first words that raise its flag."""
    pointer = f"/circumstances/{told or flag}"
    return pointer if matter.reading.get(pointer) == "yes" else flags.get(flag, "")


def _assurances(matter: Matter) -> tuple[str, ...]:
    return tuple(matter.reading.get("/assurances/given") or ())


CAUTIONS: tuple[Rule, ...] = (
    minors,
    privileged,
    immunity,
    expression,
    persecution,
    security_research,
    parallel,
    earlier_judgment,
    death_penalty,
    torture,
    remote_access,
    bulk,
    asylum,
    informant,
    fair_trial,
    security,
    third_state,
)
"""The rules of this file, in the order in which a person is told."""
