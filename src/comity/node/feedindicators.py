"""Indicators in feeds: what of ours a peer may have, and what a peer may say.

A peer has what an officer published, as far as marks, limits and the decision on that peer allow. What it
was given and may no longer have is taken back by name, without saying why. What comes from a peer is its own
word: it changes nothing that came from elsewhere, and nothing of ours.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comity.evidence.limits import Onward
from comity.exchange.feeds import MOST_CHANGES
from comity.indicators import stixwire
from comity.indicators.claims import object_claims
from comity.indicators.feedfigures import RETRACTION, STATEMENT, UNSORTED, WITHDRAWAL
from comity.indicators.marks import STIX_MARKS, Tlp, strictest, tlp_of_stix, tlp_of_tag
from comity.indicators.ports import STATEMENTS, Wanted
from comity.indicators.statements import UNSHARED, Indicator, Retraction, parse_indicator
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.kernel.ids import AuthorityId, PartyCode, party_of
from comity.node.feedbook import Channel
from comity.node.feeding import MOST_LOOKED_AT, ROOM, Asked, Change, Portion
from comity.node.feedstops import STOPPED, is_stopped
from comity.node.feedtaking import Outcome, Parcel
from comity.node.following import renew_shared
from comity.node.ports import Transaction
from comity.node.stated import add_statements
from comity.tracing.secrets import require_keyless

PAGE = 1000
MOST_OBJECT = 64 << 10
_AHEAD = 5 * MINUTE
_GONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSource:
    """What an office published of indicators, for one peer."""

    own: PartyCode

    def head(self, tx: Transaction, channel: Channel) -> int:
        """Return the number of the newest change of a statement."""
        return tx.sharing.count_shared(channel.authority, STATEMENTS)

    def stored(self, tx: Transaction, channel: Channel, *, upto: int) -> None:
        """Do nothing: nobody waits to learn that a peer has it."""

    def portion(self, tx: Transaction, asked: Asked) -> Portion:
        """Return the next changes of statements that concern a peer."""
        found: list[Change] = []
        room, upto = ROOM, asked.after
        for number, change in self._changes(tx, asked):
            if change is not None:
                if len(found) == MOST_CHANGES or len(change.body) + 1 > room:
                    break
                found.append(change)
                room -= len(change.body) + 1
            upto = number
        return Portion(changes=tuple(found), upto=upto)

    def _changes(self, tx: Transaction, asked: Asked) -> Iterator[tuple[int, Change | None]]:
        after, looked = asked.after, 0
        while looked < MOST_LOOKED_AT:
            wanted = Wanted(after=after, most=PAGE)
            rows = tx.sharing.shared(asked.channel.authority, STATEMENTS, wanted)
            given = asked.given(tx, [row.object_id for row in rows])
            for row in rows:
                statement, version = parse_indicator(row.body), row.version
                fed = given.get(row.object_id)
                if self._may_have(statement, asked):
                    known = asked.is_known(fed, version)
                    # A retraction is told to whoever has the statement, and to nobody else.
                    idle = statement.retracted is not None and (fed is None or fed.is_gone)
                    idle = idle or (asked.is_declined and statement.retracted is None)
                    yield row.number, None if known or idle else _told(statement, version, row.added_at)
                else:
                    gone = _taken_back(statement.id, version, row.added_at)
                    yield row.number, None if fed is None else gone
            if len(rows) < PAGE:
                return
            after, looked = rows[-1].number, looked + len(rows)

    def _may_have(self, one: Indicator, asked: Asked) -> bool:
        """Tell whether the peer may have this version."""
        return one.published is not None and not held_back(one, asked)


def held_back(one: Indicator, asked: Asked) -> str:
    """Return why a peer may not have this version of what is published; empty where it may."""
    peer = party_of(asked.channel.peer.authority)
    if asked.share.recall:
        return "ended"
    if one.limits is None:
        return "no_limits"
    if mark_of(one) > min(Tlp(asked.share.most_tlp), Tlp.AMBER_STRICT):
        return "mark"
    if one.via == asked.channel.owner or _party(one.author) == peer:
        return "theirs"
    if is_foreign(one, asked.channel.authority) and not is_passed_on(one):
        return "onward"
    if one.retracted is not None:
        return ""
    if not asked.is_open:
        return "ended"
    return "" if asked.now < one.limits.retain_until else "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSink:
    """Takes what a peer says of indicators."""

    own: PartyCode

    def take(self, tx: Transaction, parcel: Parcel) -> Outcome:
        """Keep the changes of a batch that hold; name the others.

        Raises:
            MalformedError: ``json.…``, ``feed.form``: the batch cannot be read; nothing of it is taken.
        """
        value = stixwire.read_json(parcel.changes, where="feed")
        listed = parcel.listed(value)
        said = [_Said.of(one) for one in listed]
        held = self._held(tx, parcel.channel.authority, [one.id for one in said if one.id])
        stopped = is_stopped(tx, parcel.channel)
        taking = _Taking(own=self.own, parcel=parcel, held=held, stopped=stopped)
        refused = tuple((one.id[:120], code) for one in said if (code := taking.take(one)))
        made = list(taking.made.values())
        add_statements(tx, parcel.channel.authority, made, at=parcel.now)
        # What receivers of ours hold by our word follows at once: a retraction is never ours to keep.
        renew_shared(tx, parcel.channel.authority, list(taking.onward.values()), at=parcel.now)
        return Outcome(
            taken=len(said) - len(refused),
            fresh=taking.fresh,
            refused=refused,
            kinds=tuple(sorted(Counter(one.what for one in said).items())),
            keeps=not stopped,
        )

    def _held(self, tx: Transaction, authority: AuthorityId, names: Sequence[str]) -> dict[str, Indicator]:
        if not names:
            return {}
        wanted = Wanted(ids=tuple(names), most=len(names))
        rows = tx.sharing.shared(authority, STATEMENTS, wanted)
        return {row.object_id: parse_indicator(row.body) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One change as it came: an object, or the name of one that is taken back."""

    id: str
    value: Mapping[str, Any] | None

    @classmethod
    def of(cls, one: object) -> "_Said":
        match one:
            case {"is": {"id": str(name)} as value, **rest} if not rest:
                return cls(id=name, value=value)
            case {"gone": str(name), **rest} if not rest:
                return cls(id=name, value=None)
        return cls(id="", value={})

    @property
    def what(self) -> str:
        """The kind of change, as figures count it."""
        if self.value is None:
            return WITHDRAWAL
        if not self.id:
            return UNSORTED
        return RETRACTION if self.value.get("revoked") is True else STATEMENT


@dataclass(slots=True, kw_only=True)
class _Taking:
    """The changes of one batch while they are judged, in order."""

    own: PartyCode
    parcel: Parcel
    held: dict[str, Indicator]
    stopped: bool = False
    made: dict[str, Indicator] = field(default_factory=dict)
    onward: dict[str, Indicator] = field(default_factory=dict)
    fresh: int = 0

    def take(self, said: _Said) -> str:
        """Judge one change and keep it if it holds; return what is wrong with it, empty for nothing."""
        known = self.held.get(said.id)
        if said.value is None:
            if known is None or (known.retracted is not None and known.via == self.parcel.channel.owner):
                return ""
            code = self._not_theirs(known, known)
            if not code:
                self._keep(known, self._gone(known))
            return code
        try:
            one = self._read(said.value)
        except ComityError as exc:
            return exc.code
        code = self._not_allowed(one) or ("" if known is None else self._not_next(known, one))
        if code or (known is None and one.retracted is not None):
            return code  # what was never here need not be retracted
        if self.stopped and one.retracted is None:
            return STOPPED
        if known is None or not _same(known, one):
            self._keep(known, one)
        return ""

    def _read(self, value: Mapping[str, Any]) -> Indicator:
        channel = self.parcel.channel
        found = stixwire.read_object(dict(value), where="feed")
        if len(found.body) > MOST_OBJECT:
            raise MalformedError("feed.size", f"an object has at most {MOST_OBJECT} bytes")
        require_keyless(dict(value), where="feed")
        stated = stixwire.indicators_of(found, author=str(channel.peer.authority), at=self.parcel.now)
        if len(stated) != 1:
            raise MalformedError("feed.object", "an indicator that states one value is meant")
        one = replace(stated[0], sources=(self.parcel.source,), via=channel.owner)
        if object_claims(found, channel.authority):  # whoever else it names as its author beside
            one = replace(one, author=str(channel.authority))
        return replace(one, tlp=mark_of(one))

    def _not_allowed(self, one: Indicator) -> str:
        """Return why this peer may not say this."""
        now, peer = self.parcel.now, party_of(self.parcel.channel.peer.authority)
        if one.tlp is Tlp.RED:
            return "feed.red"
        if one.limits is None:
            return "feed.no_limits"
        if _party(one.author) == self.own:
            return "feed.own"
        if _party(one.author) != peer and not is_passed_on(one):
            return "feed.onward"
        if one.modified > now + _AHEAD:
            return "feed.future"
        return "feed.expired" if one.retracted is None and now >= one.limits.retain_until else ""

    def _not_next(self, known: Indicator, one: Indicator) -> str:
        """Return why this is no next version of what is held."""
        if code := self._not_theirs(known, one):
            return code
        if (known.kind, known.value, known.author) != (one.kind, one.value, one.author):
            return "feed.changed"
        was_retracted = known.retracted is not None and known.retracted.officer != _GONE
        return "feed.retracted" if was_retracted and one.retracted is None else ""

    def _not_theirs(self, known: Indicator, one: Indicator) -> str:
        """Return what is wrong where somebody else brought what is held; its author may always speak."""
        if not known.via:
            return "feed.own"
        is_author = _party(one.author) == party_of(self.parcel.channel.peer.authority)
        is_theirs = known.via == self.parcel.channel.owner or (is_author and known.author == one.author)
        return "" if is_theirs else "feed.other"

    def _gone(self, known: Indicator) -> Indicator:
        peer = str(self.parcel.channel.peer.authority)
        return known.again(
            at=_whole(self.parcel.now),
            retracted=Retraction(at=self.parcel.now, officer=_GONE, code=UNSHARED, office=peer),
            sources=(self.parcel.source,),
        )

    def _keep(self, known: Indicator | None, one: Indicator) -> None:
        """Keep a version behind the one that is held, whatever the clocks say; receivers of ours follow."""
        self.fresh += known is None
        made = one
        if known is not None and made.modified <= known.modified:
            made = replace(made, modified=Instant(known.modified + 1000))
        if known is not None and known.published is not None:
            still = is_passed_on(made)
            made = replace(made, published=known.published if still else None)
            withdrawn = Retraction(at=self.parcel.now, officer=_GONE, code=UNSHARED)
            self.onward[made.id] = made if still else replace(made, retracted=made.retracted or withdrawn)
        self.made[made.id] = self.held[made.id] = made


def mark_of(one: Indicator) -> Tlp:
    """Return the strictest mark of a statement: its own, of its labels, and of any part of its object."""
    found = [one.tlp, *(mark for label in one.labels if (mark := tlp_of_tag(label)) is not None)]
    if one.original and b"granular_markings" in one.original:
        value = stixwire.read_json(one.original, where=one.id)
        listed = value.get("granular_markings") if isinstance(value, dict) else None
        for part in listed if isinstance(listed, list) else ():
            ref = part.get("marking_ref") if isinstance(part, dict) else None
            known = tlp_of_stix([ref]) if isinstance(ref, str) else []
            found += known or ([Tlp.RED] if ref is not None else [])
    return strictest(found)


def is_foreign(one: Indicator, authority: AuthorityId) -> bool:
    """Tell whether a statement is another author's word."""
    return bool(one.via) or one.author != str(authority)


def is_passed_on(one: Indicator) -> bool:
    """Tell whether its author lets others pass a statement on."""
    return one.limits is not None and one.limits.onward is Onward.ALLOWED and mark_of(one) < Tlp.AMBER_STRICT


def _given(one: Indicator, version: str, at: Instant) -> Change:
    """Return a statement for a peer: with a mark that a reader knows, whatever the object came with."""
    value = stixwire.object_of(one)
    mark = mark_of(one)
    if STIX_MARKS[mark] not in value.get("object_marking_refs", ()):
        value = stixwire.object_of(replace(one, original=b"", tlp=mark))
    body = stixwire.dump_object({"is": value})
    if len(body) > MOST_OBJECT:
        body = stixwire.dump_object({"is": stixwire.object_of(replace(one, original=b"", tlp=mark))})
    kind = STATEMENT if one.retracted is None else RETRACTION
    return Change(id=one.id, version=version, body=body, kind=kind, at=at)


def _told(one: Indicator, version: str, at: Instant) -> Change:
    is_gone = one.retracted is not None and one.retracted.officer == _GONE
    return _taken_back(one.id, version, at) if is_gone else _given(one, version, at)


def _taken_back(name: str, version: str, at: Instant) -> Change:
    body = stixwire.dump_object({"gone": name})
    return Change(id=name, version=version, body=body, is_gone=True, kind=WITHDRAWAL, at=at)


def _same(known: Indicator, one: Indicator) -> bool:
    """Tell whether a change says what is held already, from the same peer."""
    plain = {"modified": known.modified, "sources": (), "published": None, "retracted": None, "original": b""}
    if (_ended(known), known.created) != (_ended(one), one.created):
        return False
    return replace(known, **plain) == replace(one, **plain)  # type: ignore[arg-type]


def _ended(one: Indicator) -> str:
    if one.retracted is None:
        return ""
    return "gone" if one.retracted.officer == _GONE else "retracted"


def _party(author: str) -> str:
    return author.partition("/")[0]


def _whole(at: Instant) -> Instant:
    return Instant(at // 1000 * 1000)
