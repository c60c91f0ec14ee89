"""The desk for indicators: what is kept of scams and ransomware, where it came from, and what it joins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comity.evidence.limits import Limits, Onward
from comity.indicators.campaigns import Grouped
from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind, parse_kind
from comity.indicators.marks import UNMARKED, Pap, Tlp
from comity.indicators.observations import FORWARDED, Observation
from comity.indicators.ports import HELD, HELD_EVENTS, SIGHTINGS, STATEMENTS, Shared, Value, Wanted
from comity.indicators.statements import (
    MOST_TEXT,
    Indicator,
    Sighting,
    Source,
    dump_sighting,
    parse_indicator,
    parse_sighting,
    uuid_of,
)
from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId
from comity.node.access import Action, require_access
from comity.node.claiming import unclaimed
from comity.node.following import follow_shared
from comity.node.indicatorfiles import Parcel, read_parcel
from comity.node.indicatorrows import event_row, held_row, source_of
from comity.node.ports import Transaction
from comity.node.reference import RefDesk
from comity.node.sightings import tell_receivers
from comity.node.stated import (
    MOST_BORNE,
    Gathered,
    PlacePage,
    add_places,
    add_statements,
    gather,
    known_to,
    named,
    place_page,
)
from comity.node.superseding import judged, require_free
from comity.node.views import Actor
from comity.node.workplace import Workplace

FORMS = ("stix", "misp", "csv")
USUAL_RETENTION = 365 * DAY
PAGE = 1000
MOST_FOUND = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which marks and limits something is kept.

    Attributes:
        purpose: What it may be used for; what has neither purpose nor basis is never published.
        basis: Paragraphs that its sharing rests on.
        retain_until: When receivers must return or destroy it; a year from now where nobody says.
        case: Case that it belongs to; never leaves the node.
    """

    tlp: Tlp = UNMARKED
    pap: Pap | None = None
    purpose: str = ""
    basis: tuple[str, ...] = ()
    onward: Onward = Onward.CONSENT
    retain_until: Instant | None = None
    conditions: tuple[str, ...] = ()
    case: str = ""
    family: str = ""
    labels: tuple[str, ...] = ()

    def limits(self, *, at: Instant) -> Limits | None:
        """Return the limits; None where neither purpose nor basis is told."""
        if not self.purpose and not self.basis:
            return None
        try:
            return Limits(
                basis=self.basis,
                purpose=self.purpose,
                onward=self.onward,
                retain_until=self.retain_until or Instant(at + USUAL_RETENTION),
                conditions=self.conditions,
            )
        except ValueError as exc:
            raise bad_form("use limits take a purpose and at least one basis", where="--purpose") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an intake or import came to.

    Attributes:
        added: Statements that are new.
        renewed: Statements that got a new version: another source, or a later word of their author.
        same: What was there already.
        held: Objects of other kinds that are kept as they came.
    """

    added: tuple[str, ...]
    renewed: tuple[str, ...]
    same: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPage:
    """Some statements.

    Attributes:
        after: Where the next page begins; 0 at the end.
    """

    indicators: tuple[Indicator, ...]
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDesk:
    """Indicators of the officer's authority. What is changed here is in the national log."""

    place: Workplace

    @property
    def references(self) -> RefDesk:
        """Warning lists, families and brands."""
        return RefDesk(place=self.place)

    def keep(self, actor: Actor, observations: Sequence[Observation], *, terms: Terms) -> Taken:
        """Keep what intake found: one statement for each value, with every place where it was found.

        Who sent a message on to us is never kept.

        Raises:
            MalformedError: ``indicators.form``.
        """
        with self.place.store.transaction() as tx:
            return self.keep_in(tx, actor, observations, terms=terms, at=self.place.clock.now())

    def keep_in(
        self,
        tx: Transaction,
        actor: Actor,
        observations: Sequence[Observation],
        *,
        terms: Terms,
        at: Instant,
    ) -> Taken:
        """Keep what intake found in the caller's transaction, as :meth:`keep` does."""
        self._require(actor, Action.INDICATOR_KEEP)
        limits = terms.limits(at=at)
        found: dict[tuple[Kind, str], list[Observation]] = {}
        for one in observations:
            if FORWARDED in one.remarks:
                continue
            found.setdefault((one.kind, one.value), []).append(one)
        added, renewed, beyond, known = [], [], [], []
        for (kind, value), places in found.items():
            sources = tuple(dict.fromkeys(source_of(one, terms.case) for one in places))
            held = self._stated(tx, actor.authority, kind, value)
            if held is None:
                made = self._state(actor, places, sources, terms=terms, limits=limits, now=at)
                added.append(made)
                beyond += [(made, one) for one in sources[MOST_BORNE:]]
                continue
            known.append(held.id)
            more = [one for one in sources if one not in held.sources]
            room = max(0, MOST_BORNE - len(held.sources))
            if more[:room]:  # a list that is full stays as it is, and what is beyond makes no version
                renewed.append(held.again(at=at, sources=(*held.sources, *more[:room])))
            beyond += [(held, one) for one in more[room:]]
        add_statements(tx, actor.authority, [*added, *renewed], at=at)
        grown = add_places(tx, actor.authority, beyond, at=at) | {one.id for one in renewed}
        again = tuple(name for name in known if name in grown)
        about = f"{len(added)} added, {len(again)} renewed"
        self.place.journal.decision(tx, actor, action="indicators.keep", about=about, at=at)
        return Taken(
            added=tuple(one.id for one in added), renewed=again, same=len(known) - len(again), held=0
        )

    def import_(
        self,
        actor: Actor,
        data: bytes,
        *,
        form: str,
        where: str = "",
        judge: Callable[[str], None] | None = None,
        supersede: str = "",
    ) -> Taken:
        """Take in a file in a form of exchange: all of it, or nothing.

        A file replaces nothing that this office said, or that a peer, a source or another author brought,
        unless the officer answers for it by name.

        Args:
            actor: Who acts.
            data: The file.
            form: One of ``FORMS``.
            where: Its name, for errors.
            judge: Judges the grammar of a pattern of STIX, where a library is there that can.
            supersede: Why what somebody else said is replaced; whoever may share decides that.

        Raises:
            MalformedError: ``indicators.form``, ``indicators.value``, ``indicators.mark``, ``json.*``.
            ConflictError: ``indicators.supersede``, ``indicators.claim``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        if supersede.strip():
            self._require(actor, Action.INDICATOR_SHARE)
        if len(supersede) > MOST_TEXT:
            raise bad_form("a reason is a short text", where="--supersede")
        now = self.place.clock.now()
        parcel = read_parcel(data, form=form, author=str(actor.authority), at=now, where=where, judge=judge)
        with self.place.store.transaction() as tx:
            taken, answered = self._take(tx, actor, parcel, now, by_name=bool(supersede.strip()))
            about = f"{form} {sha256(data).hex()}: {len(taken.added)} added, {len(taken.renewed)} renewed"
            about += f", {answered}: {supersede.strip()}" if answered else ""
            self.place.journal.decision(tx, actor, action="indicators.import", about=about, at=now)
        return taken

    def list(
        self, actor: Actor, *, kind: str = "", value: str = "", after: int = 0, most: int = PAGE
    ) -> IndicatorPage:
        """Return statements, the oldest first: of a type, or with a value, or all."""
        self._require(actor, Action.INDICATOR_READ)
        kinds = (parse_kind(kind).value,) if kind else ()
        most = max(1, min(most, PAGE))
        with self.place.store.snapshot() as tx:
            if value:
                rows = tx.sharing.with_value(
                    actor.authority, STATEMENTS, kinds=kinds, text=value, most=MOST_FOUND
                )
                rows = tuple(one for one in rows if one.number > after)
            else:
                rows = tx.sharing.shared(
                    actor.authority, STATEMENTS, Wanted(after=after, kinds=kinds, most=most + 1)
                )
        page = rows[:most]
        return IndicatorPage(
            indicators=tuple(parse_indicator(one.body) for one in page),
            after=page[-1].number if len(rows) > most else 0,
        )

    def show(
        self, actor: Actor, *, name: str, purpose: str = ""
    ) -> tuple[tuple[Indicator, ...], tuple[Sighting, ...]]:
        """Return every version of a statement, the newest first, and its sightings; the read is in the log.

        Raises:
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_READ)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = named(tx, actor.authority, name)
            self.place.journal.read(
                tx, actor, action="indicators.show", about=found.id, purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            rows = tx.sharing.shared(actor.authority, STATEMENTS, Wanted(ids=(found.id,), every=True))
            seen = tx.sharing.with_value(actor.authority, SIGHTINGS, text=found.id)
        versions = sorted((parse_indicator(one.body) for one in rows), key=lambda one: -one.modified)
        return tuple(versions), tuple(parse_sighting(one.body) for one in seen)

    def sight(self, actor: Actor, *, name: str, count: int = 1, harmless: bool = False) -> Sighting:
        """Record that an indicator was seen again, or was a false alarm."""
        self._require(actor, Action.INDICATOR_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = named(tx, actor.authority, name)
            made = Sighting(
                id=f"sighting--{uuid_of(self.place.entropy.bytes(16))}",
                indicator=found.id,
                at=now,
                author=str(actor.authority),
                count=count,
                harmless=harmless,
            )
            row = Shared(
                authority=actor.authority,
                shelf=SIGHTINGS,
                number=0,
                object_id=made.id,
                version="1",
                kind="sighting",
                added_at=now,
                tlp=found.tlp,
                body=dump_sighting(made),
            )
            tx.sharing.add_shared([row], values=[[Value(kind="indicator", text=found.id)]])
            tell_receivers(tx, actor.authority, made, found)
            self.place.journal.decision(tx, actor, action="indicators.sight", about=found.id, at=now)
        return made

    def places(
        self, actor: Actor, *, name: str, after: int = 0, most: int = PAGE, purpose: str = ""
    ) -> PlacePage:
        """Return the places of a statement beyond those that it bears itself; the read is in the log.

        Raises:
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_READ)
        now, most = self.place.clock.now(), max(1, min(most, PAGE))
        with self.place.store.transaction() as tx:
            found = named(tx, actor.authority, name)
            self.place.journal.read(
                tx, actor, action="indicators.show", about=found.id, purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            return place_page(tx, actor.authority, found.id, after=after, most=most)

    def campaigns(self, actor: Actor) -> Grouped:
        """Return the campaigns that join messages, with reasons; what warning lists know joins nothing."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            gathered = gather(tx, actor.authority)
        return self.grouped(actor, gathered)

    def grouped(self, actor: Actor, gathered: Gathered) -> Grouped:
        """Return the campaigns of what was gathered."""
        self._require(actor, Action.INDICATOR_READ)
        return gathered.grouping.grouped(ignores=known_to(self.references.warnings(actor)))

    def _state(
        self,
        actor: Actor,
        places: Sequence[Observation],
        sources: tuple[Source, ...],
        *,
        terms: Terms,
        limits: Limits | None,
        now: Instant,
    ) -> Indicator:
        return Indicator(
            id=f"indicator--{uuid_of(self.place.entropy.bytes(16))}",
            kind=places[0].kind,
            value=places[0].value,
            networks=next((one.networks for one in places if one.networks), ()),
            confidence=max(one.confidence for one in places),
            tlp=terms.tlp,
            pap=terms.pap,
            limits=limits,
            sources=sources[:MOST_BORNE],
            created=_whole(now),
            modified=_whole(now),
            author=str(actor.authority),
            valid_from=_whole(now),
            labels=terms.labels,
            family=terms.family,
        )

    def _stated(self, tx: Transaction, authority: AuthorityId, kind: Kind, value: str) -> Indicator | None:
        """Return our own statement of a value that was not retracted."""
        after = 0
        while rows := tx.sharing.with_value(
            authority, STATEMENTS, kinds=(kind.value,), text=value, after=after
        ):
            for row in rows:
                found = parse_indicator(row.body)
                if found.value == value and found.author == authority and found.retracted is None:
                    return found
            after = rows[-1].number
        return None

    def _take(
        self, tx: Transaction, actor: Actor, parcel: Parcel, now: Instant, *, by_name: bool
    ) -> tuple[Taken, str]:
        office = actor.authority
        parcel, claimed = unclaimed(tx, office, parcel, by_name=by_name, at=now)
        stated, known, forced = judged(tx, office, parcel.indicators, by_name=by_name, at=now)
        added = add_statements(tx, office, stated, at=now)
        again = [one for one in stated if one.id in added and one.id in known]
        follow_shared(tx, office, [(known[one.id], one) for one in again], at=now)
        beside = [held_row(office, one, at=now) for one in parcel.held]
        held = tx.sharing.add_shared(require_free(tx, office, beside, shelf=HELD, by_name=by_name))
        events = [event_row(office, one, shelf=HELD_EVENTS, at=now) for one in parcel.events]
        free = require_free(tx, office, [row for row, _ in events], shelf=HELD_EVENTS, by_name=by_name)
        kept = tx.sharing.add_shared(free, values=[values for _, values in events])
        taken = Taken(
            added=tuple(name for name in added if name not in known),
            renewed=tuple(name for name in added if name in known),
            same=len(stated) - len(added),
            held=len(held) + len(kept),
        )
        told = ((forced, "replaced"), (claimed, "in our name"))
        return taken, ", ".join(f"{count} {what}" for count, what in told if count)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _whole(at: Instant) -> Instant:
    """Return a time in whole milliseconds, as STIX writes it."""
    return Instant(at // 1000 * 1000)
