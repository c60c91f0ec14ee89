"""Do the fields of a form agree with each other and with the day of the assessment?

Each rule is one small function; it looks for its fields, so it is silent on every form without them.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.emergencies import WORDS
from comity.requests.lexicon import lexicon, texts
from comity.requests.matter import Matter
from comity.requests.reading import Reading

ARREST_DAYS = 60
"""How long a provisional arrest may wait for its request before a person looks at it."""
TEAM_DAYS = 3 * 366
SHORT_SENTENCE = 4
"""Months that most treaties on extradition ask to be left."""
MINIMAL_VALUE = Decimal(100)
"""Property below this many units of its currency may be of minimal value; virtual assets are left out."""
_CROSSED = (("serve_by", "hearing_on"), ("hearing_on", "return_by"))
_WITH_THIRD_PARTIES = ("property-freezing", "confiscation", "search")


def check_coherence(matter: Matter) -> Iterator[Finding]:
    """Yield where fields of a form contradict each other, or leave open what one of them asks for.

    Basis: 40(15), 43(1), 48, 50(3), 52
    """
    for rule in COHERENCE:
        yield from rule(matter)


def transmitter(matter: Matter) -> Iterator[Finding]:
    """The office that transmits is one of the State that asks. Basis: 40(12)"""
    asking = str(matter.reading.get("/requesting_authority/id") or "").partition("/")[0]
    sending = str(matter.reading.get("/transmitted_by") or "").partition("/")[0]
    if asking and sending and asking != sending:
        yield found("transmitter.foreign", basis="40(12)", field="/transmitted_by", party=sending)


def outside_period(matter: Matter) -> Iterator[Finding]:
    """An item lies within the period that the request names. Basis: 40(15)(f)"""
    reading = matter.reading
    start, end = reading.day("/period/from"), reading.day("/period/to")
    if start is None or end is None:
        return
    for row in reading.rows("/items"):
        first, last = reading.day(f"{row}/period/from"), reading.day(f"{row}/period/to")
        if first is not None and last is not None and (first < start or last > end):
            yield found("period.outside", basis="40(15)(f)", field=f"{row}/period")


def open_content(matter: Matter) -> Iterator[Finding]:
    """Content is never asked without a period. Basis: 24(2)"""
    reading = matter.reading
    for row in reading.rows("/items"):
        data = reading.get(f"{row}/data") or ()
        if "content" in data and reading.get("/period") is None and reading.get(f"{row}/period") is None:
            yield found("period.content", basis="24(2)", field=f"{row}/period")


def request_past(matter: Matter) -> Iterator[Finding]:
    """The request that is to follow lies ahead. Basis: 42(3)(f), 37(10)"""
    expected = matter.reading.day("/request_expected")
    if expected is None:
        return
    arrest = matter.kind.article == "37"
    basis = "37(10)" if arrest else "42(3)(f)"
    if expected < matter.on:
        yield found("request.past", basis=basis, field="/request_expected", day=expected.isoformat())
    elif arrest and expected > matter.on + timedelta(days=ARREST_DAYS):
        yield found("arrest.late", basis=basis, field="/request_expected", days=ARREST_DAYS)


def same_state(matter: Matter) -> Iterator[Finding]:
    """The other provider of a disclosure lies in another State than the one asked. Basis: 43(1)"""
    asked = matter.reading.get("/requested_party")
    for row in matter.reading.rows("/items"):
        place = f"{row}/party_elsewhere"
        if asked is not None and matter.reading.get(place) == asked:
            yield found("traffic.same_state", basis="43(1)", field=place, party=asked)


def crossed_dates(matter: Matter) -> Iterator[Finding]:
    """Service comes before the hearing, return after it. Basis: 40(3)(b), 40(10)"""
    for row in matter.reading.rows("/items"):
        for earlier, later in _CROSSED:
            first, second = matter.reading.day(f"{row}/{earlier}"), matter.reading.day(f"{row}/{later}")
            if first is not None and second is not None and first > second:
                basis = "40(10)" if later == "return_by" else "40(3)(b)"
                yield found("dates.crossed", basis=basis, field=f"{row}/{later}", day=second.isoformat())


def service_day(matter: Matter) -> Iterator[Finding]:
    """The day by which to serve lies ahead. Basis: 40(3)(b)"""
    for row in matter.reading.rows("/items"):
        day = matter.reading.day(f"{row}/serve_by")
        if day is not None and day < matter.on:
            yield found("service.past", basis="40(3)(b)", field=f"{row}/serve_by", day=day.isoformat())


def untranslated(matter: Matter) -> Iterator[Finding]:
    """Who is served must be able to read it. Basis: 40(13)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/translated") is False:
            yield found("service.untranslated", basis="40(13)", field=f"{row}/translated")


def order_day(matter: Matter) -> Iterator[Finding]:
    """An order was given before it is relied on. Basis: 24(2), 50(3)"""
    day = matter.reading.day("/order/date")
    if day is not None and day > matter.on:
        basis = "50(3)" if matter.kind.article == "50" else "24(2)"
        yield found("order.future", basis=basis, field="/order/date", day=day.isoformat())


def order_court(matter: Matter) -> Iterator[Finding]:
    """What is executed is the order of a court. Basis: 50(1)(b)"""
    issuer = matter.reading.get("/order/issuer")
    if matter.kind.code == "confiscation" and issuer and "no_court" in lexicon(WORDS).raised(str(issuer)):
        yield found("order.no_court", basis="50(1)(b)", field="/order/issuer")


def may_alter(matter: Matter) -> Iterator[Finding]:
    """An examination that may alter its object is agreed on before. Basis: 40(17)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/may_alter") is True:
            yield found("evidence.may_alter", basis="40(17)", field=f"{row}/may_alter")


def costs_open(matter: Matter) -> Iterator[Finding]:
    """An expert of one's choice costs what is not ordinary. Basis: 40(30)"""
    for row in matter.reading.rows("/items"):
        if (
            matter.reading.get(f"{row}/expert_choice") == "named"
            and matter.reading.get(f"{row}/costs") is None
        ):
            yield found("costs.open", basis="40(30)", field=f"{row}/costs")


def closed_records(matter: Matter) -> Iterator[Finding]:
    """Records of a government that the public may not see are given at its discretion. Basis: 40(31)"""
    for row in matter.reading.rows("/items"):
        if (
            matter.reading.get(f"{row}/record_type") == "government"
            and matter.reading.get(f"{row}/open_to_public") is False
        ):
            yield found("records.closed", basis="40(31)", field=f"{row}/open_to_public")


def value_told(matter: Matter) -> Iterator[Finding]:
    """A value is a number with its currency, and not next to nothing. Basis: 40(15)(e), 50(3), 50(7)"""
    for row in matter.reading.rows("/items"):
        value, currency = (matter.reading.get(f"{row}/{name}") for name in ("value", "currency"))
        if (value is None) != (currency is None):
            basis = "50(3)" if matter.kind.article == "50" else "40(15)(e)"
            yield found("property.currency", basis=basis, field=f"{row}/currency")
        elif matter.kind.article == "50" and _is_minimal(matter.reading, row):
            yield found("property.minimal", basis="50(7)", field=f"{row}/value", value=str(value))


def _is_minimal(reading: Reading, row: str) -> bool:
    if reading.get(f"{row}/property_type") == "virtual_asset":
        return False
    try:
        return Decimal(str(reading.get(f"{row}/value"))) < MINIMAL_VALUE
    except InvalidOperation:
        return False


def third_parties(matter: Matter) -> Iterator[Finding]:
    """Rights of others in good faith are spoken of where the form names such a person. Basis: 50(9)"""
    if matter.kind.code not in _WITH_THIRD_PARTIES or matter.reading.get("/third_parties") is not None:
        return
    for pointer, text in texts(matter.reading.content.get("items"), "/items"):
        if "good_faith" in lexicon(WORDS).raised(text, pointer=pointer):
            basis = "50(9)" if matter.kind.article == "50" else "24(3)"
            yield found("property.third_parties", basis=basis, field=pointer)
            return


def without_conviction(matter: Matter) -> Iterator[Finding]:
    """Without conviction only for death, flight and absence, and as law permits. Basis: 49(1)(c)"""
    if matter.reading.get("/without_conviction") is True:
        yield found("confiscation.no_conviction", basis="49(1)(c)", field="/without_conviction")


def victims_unknown(matter: Matter) -> Iterator[Finding]:
    """Who claims for victims says who they are and what they lost. Basis: 52(2)"""
    rows = matter.reading.rows("/items")
    if matter.reading.get("/victims") is None and any(
        matter.reading.get(f"{row}/claim") == "victims" for row in rows
    ):
        yield found("victims.unknown", basis="52(2)", field="/victims")


def sentence_left(matter: Matter) -> Iterator[Finding]:
    """No more of a sentence is left than was given, and not next to nothing. Basis: 37(1), 37(8), 38"""
    for place in ("/sentence", *(f"{row}/sentence" for row in matter.reading.rows("/items"))):
        given, left = (matter.reading.get(f"{place}/{name}") for name in ("months", "months_left"))
        if given is not None and left is not None and left > given:
            basis = "38" if matter.kind.article == "38" else "37(1)"
            yield found("sentence.more_left", basis=basis, field=f"{place}/months_left")
        if left is not None and left < SHORT_SENTENCE and matter.kind.article == "37":
            yield found("sentence.short", basis="37(8)", field=f"{place}/months_left", months=SHORT_SENTENCE)


def team_strangers(matter: Matter) -> Iterator[Finding]:
    """Leader and hosts of a joint team are of its States. Basis: 48"""
    reading, rows = matter.reading, matter.reading.rows("/team_parties")
    members = {reading.get(f"{row}/party") for row in rows}
    if not rows or None in members:
        return
    leader = reading.get("/leader")
    if leader is not None and str(leader).partition("/")[0] not in members:
        yield found("team.stranger", basis="48", field="/leader", party=str(leader).partition("/")[0])
    for row in reading.rows("/items"):
        host = reading.get(f"{row}/host")
        if host is not None and host not in members:
            yield found("team.stranger", basis="48", field=f"{row}/host", party=str(host))


def team_long(matter: Matter) -> Iterator[Finding]:
    """A joint team has a foreseeable end. Basis: 48"""
    start, end = matter.reading.day("/duration/from"), matter.reading.day("/duration/to")
    if start is None or end is None:
        return
    if end < start:
        yield found("period.order", basis="48", field="/duration")
    elif (days := (end - start).days + 1) > TEAM_DAYS:
        yield found("period.long", basis="48", field="/duration", days=days)


COHERENCE: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    transmitter,
    outside_period,
    open_content,
    request_past,
    same_state,
    crossed_dates,
    service_day,
    untranslated,
    order_day,
    order_court,
    may_alter,
    costs_open,
    closed_records,
    value_told,
    third_parties,
    without_conviction,
    victims_unknown,
    sentence_left,
    team_strangers,
    team_long,
)
"""The rules of this file, in the order of the specification."""
