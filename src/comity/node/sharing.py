"""The desk for sharing: what is published, exported and retracted, and who receives it by which key."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from comity.evidence.limits import Onward
from comity.indicators import csvwire, eventstix, mispevents, mispwire, stixwire
from comity.indicators.errors import (
    bad_form,
    is_expired,
    is_red,
    is_retracted,
    kept_back,
    no_limits,
    would_lose,
)
from comity.indicators.marks import Tlp
from comity.indicators.ports import EVENTS, HELD, HELD_EVENTS, Receiver, Shared, Value, Wanted
from comity.indicators.statements import MOST_TEXT, Indicator, Publication, Retraction, uuid_of
from comity.indicators.warnings import Warnings
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import OfficerName, parse_officer
from comity.node.access import Action, require_access
from comity.node.following import renew_shared
from comity.node.indicatorrows import event_row, object_row, shared_row
from comity.node.ports import Transaction
from comity.node.preferences import language_of
from comity.node.reference import RefDesk
from comity.node.stated import PAGE, add_statements, named, statements_of
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.secrets import require_keyless

KEY_BYTES = 30
_CARRIED = frozenset(
    "type spec_version id created_by_ref created modified name description pattern pattern_type "
    "pattern_version valid_from valid_until confidence labels revoked object_marking_refs "
    "indicator_types extensions".split()
)
"""What every form of exchange carries of an indicator of STIX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that leaves.

    Attributes:
        data: Its bytes.
        count: How many objects are in it.
        kept_back: How many were not written because their mark forbids it.
    """

    data: bytes
    count: int
    kept_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication came to.

    Attributes:
        ids: Statements that receivers can read now.
        lists: How many warning lists were asked.
        overridden: Values that a list knows and that were published all the same.
    """

    ids: tuple[str, ...]
    lists: int
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingDesk:
    """Everything by which indicators of the officer's authority leave. Nothing marked red ever does."""

    place: Workplace

    def publish(self, actor: Actor, *, names: Sequence[str], override: str = "") -> Published:
        """Give statements to the receivers of this office: all of those named, or none.

        Args:
            actor: Who answers for it.
            names: Ids or values.
            override: Why what a warning list knows is published all the same.

        Raises:
            ConflictError: ``indicators.warned``, ``indicators.no_limits``, ``indicators.retracted``,
                ``indicators.onward``, ``indicators.expired``.
            DeniedError: ``indicators.red``.
            NotFoundError: ``indicators.absent``.

        Basis: 36(2), 40(19)
        """
        self._require(actor, Action.INDICATOR_SHARE)
        require_keyless(override, where="--override")
        now = self.place.clock.now()
        warnings = RefDesk(place=self.place).warnings(actor)
        with self.place.store.transaction() as tx:
            found = [named(tx, actor.authority, name) for name in dict.fromkeys(names)]
            for one in found:
                require_publishable(one, own=str(actor.authority), at=now)
            known = {one.id: warnings.lists_of(one.kind, one.value) for one in found}
            warned = [f"{one.value} ({', '.join(known[one.id])})" for one in found if known[one.id]]
            if warned and not override.strip():
                raise kept_back(warned)
            made = [
                one.again(
                    at=_whole(now),
                    published=Publication(
                        at=now,
                        officer=str(actor.officer),
                        override=override[:MOST_TEXT] if known[one.id] else "",
                        lists=known[one.id],
                    ),
                )
                for one in found
            ]
            add_statements(tx, actor.authority, made, at=now)
            self._give(tx, actor, made, now)
            about = f"{len(made)} published, {len(warned)} against warning lists"
            self.place.journal.decision(tx, actor, action="indicators.publish", about=about, at=now)
        return Published(ids=tuple(one.id for one in made), lists=warnings.asked, overridden=tuple(warned))

    def retract(self, actor: Actor, *, name: str, reason: str, language: str = "") -> Indicator:
        """Retract a statement; every receiver who asks again is told, in every form.

        Args:
            actor: Who answers for it.
            name: Of the statement, or its value.
            reason: Why, in words.
            language: Of these words; empty for the one that the officer prefers.

        Raises:
            ConflictError: ``indicators.retracted``.
            MalformedError: ``indicators.form`` without a reason.
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        if not reason.strip() or len(reason) > MOST_TEXT:
            raise bad_form("a retraction has a reason", where="--reason")
        require_keyless(reason, where="--reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = named(tx, actor.authority, name)
            if found.retracted is not None:
                raise is_retracted(found.id)
            gone = Retraction(
                at=now,
                officer=str(actor.officer),
                reason=reason,
                language=language_of(tx, actor, language),
            )
            made = found.again(at=_whole(now), retracted=gone)
            add_statements(tx, actor.authority, [made], at=now)
            if found.published is not None:
                renew_shared(tx, actor.authority, [made], at=now)
            self.place.journal.decision(tx, actor, action="indicators.retract", about=found.id, at=now)
        return made

    def export(self, actor: Actor, *, form: str, names: Sequence[str] = (), kind: str = "") -> Exported:
        """Return statements as a file of exchange, with marks and limits, or nothing at all.

        Without names the file holds every statement, and what else came in STIX where the form is STIX. What
        is marked red, is past its retention, came under limits that forbid to pass it on, or is known to a
        warning list and was not published against it by name, is left out and counted.

        Raises:
            ConflictError: ``indicators.loss``: the form cannot carry everything that was asked;
                ``indicators.warned`` for one that was named.
            DeniedError: ``indicators.red`` for one that was named.
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        now = self.place.clock.now()
        warnings = RefDesk(place=self.place).warnings(actor)
        with self.place.store.transaction() as tx:
            if names:
                found = [named(tx, actor.authority, name) for name in dict.fromkeys(names)]
                for one in found:
                    if one.tlp is Tlp.RED:
                        raise is_red(one.id)
            else:
                found = list(statements_of(tx, actor.authority))
            found = [one for one in found if kind in ("", one.kind.value)]
            known = {one.id: _unanswered(one, warnings) for one in found}
            if names and any(known.values()):
                raise kept_back(
                    [f"{one.value} ({', '.join(known[one.id])})" for one in found if known[one.id]]
                )
            own = str(actor.authority)
            leaving = [one for one in found if not known[one.id] and _may_leave(one, own=own, at=now)]
            others = [] if names or kind else self._others(tx, actor, now)
            came = [] if names or kind else _held_events(tx, actor, now)
            open_others = [one for one in others if one["tlp"] < Tlp.RED]
            data, count = self._written(actor, form, leaving, open_others, events=came, now=now)
            kept = len(found) - len(leaving) + len(others) - len(open_others)
            about = f"{form} {sha256(data).hex()}: {count}, kept back {kept}"
            self.place.journal.decision(tx, actor, action="indicators.export", about=about, at=now)
        return Exported(data=data, count=count, kept_back=kept)

    def add_key(self, actor: Actor, *, name: str, most_tlp: Tlp = Tlp.AMBER, writes: bool = False) -> str:
        """Make a key for a receiver and return it; it is shown this once.

        Raises:
            ConflictError: ``sharing.name``: a key of that name is in force.
            DeniedError: ``indicators.red``: nobody receives what is marked red.
        """
        self._require(actor, Action.INDICATOR_KEYS)
        receiver = _receiver_name(name)
        if most_tlp is Tlp.RED:
            raise is_red(f"a key for {receiver}")
        now = self.place.clock.now()
        key = base64.urlsafe_b64encode(self.place.entropy.bytes(KEY_BYTES)).decode("ascii")
        with self.place.store.transaction() as tx:
            held = {one.name: one for one in tx.sharing.receivers(actor.authority)}
            if receiver in held and held[receiver].revoked_at is None:
                raise ConflictError(
                    "sharing.name",
                    f"{receiver} has a key already",
                    hint="revoke it first: comity indicators key revoke NAME",
                )
            tx.sharing.put_receiver(
                Receiver(
                    authority=actor.authority,
                    name=receiver,
                    digest=sha256(key.encode("ascii")),
                    most_tlp=most_tlp,
                    writes=writes,
                    made_at=now,
                )
            )
            self.place.journal.decision(tx, actor, action="indicators.key", about=receiver, at=now)
        return key

    def keys(self, actor: Actor) -> tuple[Receiver, ...]:
        """Return the receivers, those with revoked keys too."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            return tx.sharing.receivers(actor.authority)

    def revoke_key(self, actor: Actor, *, name: str) -> Receiver:
        """Revoke a receiver's key: the next call with it is refused.

        Raises:
            NotFoundError: ``sharing.absent``.
        """
        self._require(actor, Action.INDICATOR_KEYS)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            for one in tx.sharing.receivers(actor.authority):
                if one.name == name and one.revoked_at is None:
                    made = replace(one, revoked_at=now)
                    tx.sharing.put_receiver(made)
                    self.place.journal.decision(tx, actor, action="indicators.revoke", about=name, at=now)
                    return made
        raise NotFoundError("sharing.absent", f"no key in force is named {name[:60]!r}")

    def _give(self, tx: Transaction, actor: Actor, made: Sequence[Indicator], now: Instant) -> None:
        """Put statements where receivers read: as objects of STIX, and as events of MISP."""
        values = [stixwire.object_of(one) for one in made]
        beside = [stixwire.read_object(one, where="") for one in stixwire.companions(values)]
        open_beside = [replace(one, tlp=Tlp.CLEAR) for one in beside]
        tx.sharing.add_shared([shared_row(actor.authority, one, at=now) for one in open_beside])
        tx.sharing.add_shared([object_row(actor.authority, one, at=now) for one in made])
        batch = uuid_of(self.place.entropy.bytes(16))
        info = f"{len(made)} indicators of {actor.authority}"
        for raw in mispevents.events_of(made, name=batch, info=info, org=str(actor.authority), at=now):
            raw["id"] = str(tx.sharing.count_shared(actor.authority, EVENTS) + 1)
            row, found = event_row(actor.authority, mispwire.read_event(raw, at=now), at=now)
            tx.sharing.add_shared([row], values=[[*found, Value(kind="id", text=raw["id"])]])

    def _others(self, tx: Transaction, actor: Actor, now: Instant) -> list[dict[str, Any]]:
        """Return what else came in STIX, with its mark."""
        found, after = [], 0
        while rows := tx.sharing.shared(actor.authority, HELD, Wanted(after=after, most=PAGE, at=now)):
            found += [{"tlp": _export_mark(one), "value": msgspec.json.decode(one.body)} for one in rows]
            after = rows[-1].number
        return found

    def _written(
        self,
        actor: Actor,
        form: str,
        leaving: Sequence[Indicator],
        others: Sequence[dict[str, Any]],
        *,
        events: Sequence[mispwire.Event],
        now: Instant,
    ) -> tuple[bytes, int]:
        if form == "stix":
            objects = [stixwire.object_of(one) for one in leaving]
            objects += [one["value"] for one in others]
            ids = [one.id for one in leaving]
            for event in events:
                objects += eventstix.objects_of(event, author=str(actor.authority), ids=ids)
            return stixwire.dump_bundle(objects), len(objects)
        lost = [f"{one['value'].get('type')} {one['value'].get('id')}" for one in others]
        lost += [
            f"{one.id}: what else its object says"
            for one in leaving
            if one.original and _says_more(one.original)
        ]
        lost += [f"event {event.uuid}: {event.info[:60]}" for event in events if any(mispwire.rest_of(event))]
        if lost:
            raise would_lose(form, lost)
        if form == "csv":
            return csvwire.dump_csv(leaving), len(leaving)
        if form == "misp":
            made = mispevents.events_of(
                leaving,
                name="export",
                info=f"Indicators of {actor.authority}",
                org=str(actor.authority),
                at=now,
            )
            return msgspec.json.encode({"response": [{"Event": one} for one in made]}), len(leaving)
        raise bad_form(f"{form[:20]!r} is no form of exchange", where="--format")

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _held_events(tx: Transaction, actor: Actor, now: Instant) -> list[mispwire.Event]:
    """Return the events that came in, newest versions, by number."""
    found: list[mispwire.Event] = []
    after = 0
    while rows := tx.sharing.shared(actor.authority, HELD_EVENTS, Wanted(after=after, most=PAGE, at=now)):
        found += [
            mispwire.read_event(msgspec.json.decode(one.body), at=now)
            for one in rows
            if not one.owner or _export_mark(one) < Tlp.RED
        ]
        after = rows[-1].number
    return found


def require_publishable(one: Indicator, *, own: str, at: Instant) -> None:
    """Raise unless mark, limits and author let a statement go to others, as :meth:`SharingDesk.publish`."""
    if one.tlp is Tlp.RED:
        raise is_red(one.id)
    if one.retracted is not None:
        raise is_retracted(one.id)
    if one.limits is None:
        raise no_limits(one.value)
    if one.author != own and (one.limits.onward is not Onward.ALLOWED or one.tlp >= Tlp.AMBER_STRICT):
        raise ConflictError(
            "indicators.onward",
            f"{one.id} came from {one.author[:60]}, which does not let it be passed on",
            hint="ask its author for consent",
        )
    if at >= one.limits.retain_until:
        raise is_expired(one.id)


def _export_mark(row: Shared) -> Tlp:
    """Return how far what came from outside goes: what a source keeps to its receivers never leaves."""
    return Tlp.RED if row.owner and row.tlp >= Tlp.AMBER_STRICT else row.tlp


def _may_leave(one: Indicator, *, own: str, at: Instant) -> bool:
    if one.tlp is Tlp.RED or (one.limits is not None and at >= one.limits.retain_until):
        return False
    is_free = one.limits is None or one.limits.onward is Onward.ALLOWED
    return one.author == own or (is_free and one.tlp < Tlp.AMBER_STRICT)


def _unanswered(one: Indicator, warnings: Warnings) -> tuple[str, ...]:
    """Return the warning lists that know a statement, unless somebody published it against them by name."""
    if one.published is not None and one.published.override:
        return ()
    return warnings.lists_of(one.kind, one.value)


def _says_more(original: bytes) -> bool:
    """Tell whether an object of STIX says what no other form has a field for."""
    value: dict[str, Any] = msgspec.json.decode(original)
    return bool(set(value) - _CARRIED or set(value.get("extensions", {})) - {stixwire.EXTENSION})


def _receiver_name(text: str) -> OfficerName:
    try:
        return parse_officer(text)
    except MalformedError as exc:
        raise MalformedError(
            "sharing.receiver",
            f"{text[:60]!r} is no name of a receiver",
            hint="lower-case letters, digits, hyphens and dots, e.g. cert.xab",
            where="name",
        ) from exc


def _whole(at: Instant) -> Instant:
    return Instant(at // 1000 * 1000)
