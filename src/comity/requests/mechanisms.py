"""What single mechanisms ask beyond their fields: each rule is one small function over the form.

A rule looks for its fields, so it is silent on every form that does not have them.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.dates import clock_dates
from comity.requests.kinds import Side
from comity.requests.matter import Matter

NEAR_DAYS = 14
"""A date of custody or a hearing nearer than this is for a person to look at."""


def check_mechanisms(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against a form by the rules of its own mechanism.

    Basis: 37, 40, 41, 43, 45, 47, 48, 50
    """
    for rule in MECHANISMS:
        yield from rule(matter)


def consent(matter: Matter) -> Iterator[Finding]:
    """The person must agree freely and informed. Basis: 40(9)(a), 40(3)(k), 38"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/consent") == "sought":
            basis = {"detained-transfer": "40(9)(a)", "sentenced-transfer": "38"}.get(
                matter.kind.code, "40(3)(k)"
            )
            yield found("person.consent", basis=basis, field=f"{row}/consent")


def safe_conduct(matter: Matter) -> Iterator[Finding]:
    """Whoever comes to give evidence has safe conduct. Basis: 40(29)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/safe_conduct/assured") is False:
            yield found("person.safe_conduct", basis="40(29)", field=f"{row}/safe_conduct/assured")


def custody_kept(matter: Matter) -> Iterator[Finding]:
    """A transferred person stays in custody, and the time counts. Basis: 40(10)"""
    for row in matter.reading.rows("/items"):
        for name in ("custody_kept", "time_credited"):
            if matter.reading.get(f"{row}/{name}") is False:
                yield found("person.custody", basis="40(10)", field=f"{row}/{name}")


def no_other_prosecution(matter: Matter) -> Iterator[Finding]:
    """A transferred person is not prosecuted for earlier acts. Basis: 40(11)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/no_other_prosecution") is False:
            yield found("person.immunity", basis="40(11)", field=f"{row}/no_other_prosecution")


def own_national(matter: Matter) -> Iterator[Finding]:
    """An own national may not be surrendered, but is then prosecuted. Basis: 37(11)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/national_of_requested") is True:
            yield found("person.own_national", basis="37(11)", field=f"{row}/national_of_requested")


def in_absence(matter: Matter) -> Iterator[Finding]:
    """A judgment in absence raises the rights of the defence. Basis: 21(4)"""
    for place in ("/sentence", *(f"{row}/sentence" for row in matter.reading.rows("/items"))):
        if matter.reading.get(f"{place}/in_absence") is True:
            yield found("sentence.in_absence", basis="21(4)", field=f"{place}/in_absence")


def order_final(matter: Matter) -> Iterator[Finding]:
    """Effect is given to a final order only. Basis: 50(3)"""
    if matter.reading.get("/order/final") is False:
        yield found("order.not_final", basis="50(3)", field="/order/final")


def available_at_home(matter: Matter) -> Iterator[Finding]:
    """The measure is taken where it would be in a similar domestic case. Basis: 45(2), 46"""
    if matter.reading.get("/available_at_home") in ("no", "unknown"):
        basis = "46" if matter.kind.article == "46" else "45(2)"
        yield found("measure.not_at_home", basis=basis, field="/available_at_home")


def intelligence(matter: Matter) -> Iterator[Finding]:
    """Police cooperation brings no evidence: that is for legal assistance. Basis: 47(1), 40(3)"""
    if matter.reading.get("/intelligence_only") is False:
        yield found("police.as_evidence", basis="47(1)", field="/intelligence_only")


def confirmation(matter: Matter) -> Iterator[Finding]:
    """An emergency request is confirmed in writing. Basis: 40(13)"""
    if matter.reading.get("/confirmation_follows") is False:
        yield found("emergency.no_confirmation", basis="40(13)", field="/confirmation_follows")


def single_approval(matter: Matter) -> Iterator[Finding]:
    """One person alone approved: the other side calls back. Basis: 41(3)"""
    if matter.reading.get("/single_approval") is not None:
        yield found("emergency.single_approval", basis="41(3)", field="/single_approval")


def provider_elsewhere(matter: Matter) -> Iterator[Finding]:
    """The next step is a preservation request to the State of the other provider. Basis: 43(1)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/provider_elsewhere") is not None:
            yield found("traffic.next_step", basis="43(1)", field=f"{row}/provider_elsewhere")


def terms_first(matter: Matter) -> Iterator[Finding]:
    """Nothing is sent before the terms are accepted. Basis: 40(5)"""
    if matter.reading.get("/terms/before_sending") is True:
        yield found("terms.first", basis="40(5)", field="/terms/before_sending")


def other_measure(matter: Matter) -> Iterator[Finding]:
    """What is called other is told in words and counted. Basis: 40(3)(m)"""
    for row in matter.reading.rows("/items"):
        for name in _OTHERS:
            if matter.reading.get(f"{row}/{name}") is not None:
                yield found("other.counted", basis="40(3)(m)", field=f"{row}/{name}")


def property_found(matter: Matter) -> Iterator[Finding]:
    """Property is found by an identifier, a holder or a place. Basis: 40(15)(e), 50(3)"""
    reading = matter.reading
    for row in reading.rows("/items"):
        if reading.get(f"{row}/property_type") is not None and not any(
            reading.get(f"{row}/{name}") for name in ("identifier", "holder", "place")
        ):
            basis = "50(3)" if matter.kind.article == "50" else "40(15)(e)"
            yield found("property.unidentified", basis=basis, field=row)


def negligence(matter: Matter) -> Iterator[Finding]:
    """The offences of the Convention are committed intentionally. Basis: 35(1)(a)"""
    for row in matter.reading.rows("/offences"):
        said = matter.reading.get(f"{row}/intent")
        if said == "negligent" and matter.reading.get(f"{row}/convention_article") is not None:
            yield found("intent.negligent", basis="35(1)(a)", field=f"{row}/intent")


def dates_past(matter: Matter) -> Iterator[Finding]:
    """A date that moves a clock lies behind. Basis: 40(26)"""
    for one in clock_dates(matter.reading):
        if one.day < matter.on:
            yield found(
                "clock.past", basis=one.basis, field=one.pointer, day=one.day.isoformat(), label=one.label
            )


def dates_near(matter: Matter) -> Iterator[Finding]:
    """A date that moves a clock is so near that a person looks whether it can be kept. Basis: 40(26)"""
    for one in clock_dates(matter.reading):
        if matter.on <= one.day <= matter.on + timedelta(days=NEAR_DAYS):
            yield found(
                "clock.near", basis=one.basis, field=one.pointer, day=one.day.isoformat(), label=one.label
            )


def team_of_both(matter: Matter) -> Iterator[Finding]:
    """A joint team is one of both States. Basis: 48"""
    reading, rows = matter.reading, matter.reading.rows("/team_parties")
    asked = reading.get("/requested_party")
    asking = str(reading.get("/requesting_authority/id") or "").partition("/")[0]
    if rows and asked and asking and reading.sound("/team_parties"):
        named = {reading.get(f"{row}/party") for row in rows}
        if not {asked, asking} <= named:
            yield found("team.party_missing", basis="48", field="/team_parties")


def convention_route(matter: Matter) -> Iterator[Finding]:
    """Extradition on the Convention alone needs that the requested State takes it as a basis. Basis: 37(5)"""
    if matter.kind.article == "37" and matter.side is Side.REQUESTING:
        yield found("extradition.treaty_basis", basis="37(5)", field="/basis")


_OTHERS = ("measure", "other_document", "other_enquiry", "other_property", "other_record", "other_type")


MECHANISMS: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    consent,
    safe_conduct,
    custody_kept,
    no_other_prosecution,
    own_national,
    in_absence,
    order_final,
    available_at_home,
    intelligence,
    confirmation,
    single_approval,
    provider_elsewhere,
    terms_first,
    other_measure,
    property_found,
    negligence,
    dates_past,
    dates_near,
    team_of_both,
    convention_route,
)
"""The rules of this file, in the order of the articles they serve."""
