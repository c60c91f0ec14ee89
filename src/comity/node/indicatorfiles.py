"""Files of exchange, read into statements and what is kept beside them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from comity.indicators import csvwire, mispwire, stixwire
from comity.indicators.claims import object_claims, speaks_as
from comity.indicators.errors import bad_form
from comity.indicators.statements import Indicator, Source
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.tracing.secrets import require_keyless


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a file holds.

    Attributes:
        claims: Ids of the statements that say that the office itself made them; events are judged apart.
    """

    indicators: tuple[Indicator, ...]
    claims: tuple[str, ...] = ()
    held: tuple[stixwire.StixObject, ...] = ()
    events: tuple[mispwire.Event, ...] = ()


def read_parcel(
    data: bytes, *, form: str, author: str, at: Instant, where: str, judge: Callable[[str], None] | None
) -> Parcel:
    """Return what a file holds; raise MalformedError ``indicators.form``, ``json.…`` for what is none."""
    if form == "csv":
        stated_there = csvwire.read_csv(data, author=author, at=at, where=where)
        require_keyless([[one.value, one.note, one.family, *one.labels] for one in stated_there], where=where)
        signed = zip(stated_there, csvwire.authors_in(data), strict=True)
        claims = tuple(one.id for one, told in signed if told and speaks_as(told, author))
        return Parcel(indicators=stated_there, claims=claims)
    if form == "misp":
        value = stixwire.read_json(data, where=where)
        require_keyless(value, where=where)
        events = mispwire.read_events(value, where=where, at=at)
        stated = (one for event in events for one in mispwire.indicators_of(event, author=author, at=at))
        return Parcel(indicators=tuple(_came_from(one, data) for one in stated), events=events)
    if form != "stix":
        raise bad_form(f"{form[:20]!r} is no form of exchange", where=where)
    objects = stixwire.read_bundle(data, where=where)
    require_keyless([one.value for one in objects], where=where)
    found: list[Indicator] = []
    held: list[stixwire.StixObject] = []
    claimed: list[str] = []
    for one in objects:
        if judge is not None and one.value.get("pattern_type") == "stix":
            judge(str(one.value["pattern"]))
        made = stixwire.indicators_of(one, author=author, at=at)
        found += [_came_from(each, data) for each in made]
        held += [] if made else [one]
        claimed += [each.id for each in made if object_claims(one, author)]
    return Parcel(indicators=tuple(found), held=tuple(held), claims=tuple(claimed))


def _came_from(indicator: Indicator, data: bytes) -> Indicator:
    return replace(indicator, sources=(Source(digest=sha256(data).hex()),))
