"""The desk for alerts: who else is hit by the same, warning them, answers, and what it means here.

Who is warned is told what to look for, and not who was hit, unless an officer decides to say it.

Basis: 40(4), 40(5)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from comity.evidence.limits import Limits
from comity.exchange.envelope import End
from comity.indicators.alerts import MOST_VALUES, Ack, Alert, AlertRecord
from comity.indicators.errors import bad_form, is_expired, is_red, is_retracted, kept_back, no_limits
from comity.indicators.marks import Tlp
from comity.indicators.statements import Indicator, uuid_of
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.alarmbook import alarms_of, keep_alarm
from comity.node.alertbook import keep_record, record_of, records_of
from comity.node.feedalerts import CRITICAL, WARNED, open_channel
from comity.node.feedbook import ALERTS, Channel
from comity.node.feedindicators import is_foreign, is_passed_on, mark_of
from comity.node.indicators import Terms
from comity.node.ports import Transaction
from comity.node.reference import RefDesk
from comity.node.ringing import acknowledged
from comity.node.sameness import same_of
from comity.node.stated import cases_of, named
from comity.node.views import Actor
from comity.node.workplace import Workplace

HIT = "hit"
"""Instead of names: everybody who told us of the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertForm:
    """What an officer wants to warn of.

    Attributes:
        family: Of ransomware, by any of its names.
        indicators: Statements by id or value, whose values others can look for.
        to: Offices of peers; ``hit`` for those who told us of the same.
        victim: Who was hit, where the officer decided to say it.
        case: Case of this office that it concerns; it never leaves.
        answer_within: Minutes after which an answer is missed; 0 for never.
        override: Why values that a warning list knows are named all the same.
    """

    family: str = ""
    indicators: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    critical: bool = False
    words: str
    victim: str = ""
    terms: Terms
    to: tuple[str, ...]
    answer_within: int = 0
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """That an office of a peer told us of the same.

    Attributes:
        count: In how many statements.
    """

    office: AuthorityId
    root: Fingerprint
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert, with what it means here.

    Attributes:
        matches: Statements of this office that name the same family or values.
        cases: Cases in which those were found: where a request may be due.
    """

    record: AlertRecord
    matches: tuple[Indicator, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDesk:
    """Alerts of the officer's authority. Each step is in the national log."""

    place: Workplace

    def hit(self, actor: Actor, *, family: str = "", indicators: Sequence[str] = ()) -> tuple[Hit, ...]:
        """Return the peers that told us of the same family or values, those with most first.

        Raises:
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_READ)
        names = self._names(actor, family)
        with self.place.store.snapshot() as tx:
            stated = [named(tx, actor.authority, one) for one in indicators]
            values = [(one.kind.value, one.value) for one in stated]
            return _hits(same_of(tx, actor.authority, names=names, values=values))

    def send(self, actor: Actor, form: AlertForm) -> AlertRecord:
        """Warn offices of peers.

        Raises:
            DeniedError: ``indicators.red``: of a statement that is marked red, or of the alert.
            ConflictError: ``indicators.no_limits``; ``indicators.warned``; ``indicators.retracted``;
                ``indicators.expired``: past its retention; ``indicators.onward``: a statement
                of another author who does not let it be passed on; ``alert.nobody``.
            MalformedError: ``indicators.form``.
            NotFoundError: ``indicators.absent``, ``peer.absent``, ``peer.no_authority``.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        now = self.place.clock.now()
        limits = form.terms.limits(at=now)
        if form.terms.tlp is Tlp.RED:
            raise is_red("an alert")
        if limits is None:
            raise no_limits("an alert")
        names = self._names(actor, form.family)
        warnings = RefDesk(place=self.place).warnings(actor)
        with self.place.store.transaction() as tx:
            stated = [named(tx, actor.authority, one) for one in dict.fromkeys(form.indicators)]
            for one in stated:
                _require_tellable(one, actor.authority, at=now)
            warned = [one.value for one in stated if warnings.lists_of(one.kind, one.value)]
            if warned and not form.override.strip():
                raise kept_back(warned)
            alert = self._alert(actor, form, (names, stated), limits, now)
            to = self._addressed(tx, actor, form, names, alert)
            record = AlertRecord(
                alert=alert,
                to=tuple((str(end.authority), str(end.root)) for end in to),
                cases=(form.terms.case,) if form.terms.case else (),
                officer=str(actor.officer),
                came=int(now),
            )
            keep_record(tx, actor.authority, record, at=now)
            for end in to:
                channel = Channel(authority=actor.authority, peer=end, feed=ALERTS)
                open_channel(tx, channel, officer=str(actor.officer), now=now)
            about = f"{alert.id} to {len(to)}" + (", victim told" if alert.victim else "")
            about += f", {len(warned)} against warning lists" if warned else ""
            self.place.journal.decision(tx, actor, action="alert.send", about=about, at=now)
        return record

    def alerts(self, actor: Actor) -> tuple[AlertRecord, ...]:
        """Return every alert, ours and others', the newest first."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            return tuple(sorted(records_of(tx, actor.authority), key=lambda one: (-one.came, one.alert.id)))

    def show(self, actor: Actor, *, name: str) -> AlertView:
        """Return an alert with what this office holds of the same; the read is in the log.

        Raises:
            NotFoundError: ``alert.absent``.
        """
        self._require(actor, Action.INDICATOR_READ)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._named(tx, actor, name)
            about = record.alert.id
            self.place.journal.read(tx, actor, action="alert.show", about=about, purpose="", at=now)
        with self.place.store.snapshot() as tx:
            alert = record.alert
            found = same_of(tx, actor.authority, names=(alert.family, *alert.synonyms), values=alert.values)
            ours = tuple(one for one in found if not one.via)
            cases = cases_of(tx, actor.authority, ours)
        return AlertView(record=record, matches=ours, cases=tuple(sorted(cases | set(record.cases))))

    def answer(self, actor: Actor, *, name: str, hit: str = "", words: str = "") -> AlertRecord:
        """Answer a peer's alert: a person of this office looked at it; what rang is silent.

        Raises:
            NotFoundError: ``alert.absent``.
            ConflictError: ``alert.own``: it is ours.
            MalformedError: ``indicators.form``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._named(tx, actor, name)
            if not record.via:
                raise ConflictError("alert.own", "this office gave the alert itself", where="name")
            about = record.alert.id
            for alarm in alarms_of(tx, actor.authority):
                if alarm.about == about and alarm.code in (CRITICAL, WARNED):
                    keep_alarm(
                        tx, actor.authority, acknowledged(alarm, by=actor.officer, at=now, words=words[:200])
                    )
            made = answered(tx, actor.authority, about, officer=actor.officer, hit=hit, words=words, now=now)
            self.place.journal.decision(tx, actor, action="alert.answer", about=about, at=now)
        return made or record

    def recall(self, actor: Actor, *, name: str, reason: str) -> AlertRecord:
        """Take an alert of ours back; everybody who was told is told.

        Raises:
            NotFoundError: ``alert.absent``.
            ConflictError: ``alert.foreign``: it is another's.
            MalformedError: ``indicators.form`` without a reason.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        if not reason.strip() or len(reason) > 2000:
            raise bad_form("a recall has a reason", where="--reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._named(tx, actor, name)
            if record.via:
                raise ConflictError("alert.foreign", "only its author takes an alert back", where="name")
            made = msgspec.structs.replace(record, recalled=int(now), reason=reason)
            keep_record(tx, actor.authority, made, at=now)
            self.place.journal.decision(tx, actor, action="alert.recall", about=record.alert.id, at=now)
        return made

    def _alert(
        self,
        actor: Actor,
        form: AlertForm,
        about: tuple[tuple[str, ...], Sequence[Indicator]],
        limits: Limits,
        now: Instant,
    ) -> Alert:
        names, stated = about
        mark = max([form.terms.tlp, *(mark_of(one) for one in stated)])
        try:
            return Alert(
                id=f"alert--{uuid_of(self.place.entropy.bytes(16))}",
                author=str(actor.authority),
                at=int(now),
                family=names[0] if names else "",
                synonyms=names[1:],
                sectors=form.sectors,
                critical=form.critical,
                values=tuple((one.kind.value, one.value) for one in stated)[: MOST_VALUES + 1],
                words=form.words,
                victim=form.victim,
                tlp=int(mark),
                limits=limits,
                answer_by=int(now) + form.answer_within * MINUTE if form.answer_within else 0,
            )
        except ValueError as exc:
            raise bad_form(str(exc), where="alert") from exc

    def _addressed(
        self, tx: Transaction, actor: Actor, form: AlertForm, names: tuple[str, ...], alert: Alert
    ) -> tuple[End, ...]:
        found: dict[str, End] = {}
        for to in form.to:
            if to == HIT:
                same = same_of(tx, actor.authority, names=names, values=alert.values)
                ends = [End(authority=one.office, root=one.root) for one in _hits(same)]
            else:
                address = addressee_of(self.place, tx, to)
                ends = [End(authority=address.authority, root=address.root)]
            found |= {f"{end.root}/{end.authority}": end for end in ends}
        if not found:
            raise ConflictError(
                "alert.nobody", "nobody told this office of the same", hint="name who is to be warned: --to"
            )
        return tuple(found.values())

    def _names(self, actor: Actor, family: str) -> tuple[str, ...]:
        """Return all names of a family, the usual one first; none for no family."""
        if not family:
            return ()
        known = RefDesk(place=self.place).families(actor).named(family)
        if known is None:
            return (family,)
        return tuple(dict.fromkeys((known.name, *known.synonyms)))[:64]

    def _named(self, tx: Transaction, actor: Actor, name: str) -> AlertRecord:
        found = record_of(tx, actor.authority, name)
        if found is None:
            raise NotFoundError("alert.absent", f"there is no alert {name[:60]!r}", where="name")
        return found

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def answered(
    tx: Transaction,
    authority: AuthorityId,
    name: str,
    *,
    officer: OfficerName,
    hit: str = "",
    words: str = "",
    now: Instant,
) -> AlertRecord | None:
    """Keep our answer to a peer's alert and have it told; None for an alert that is not another's.

    Raises:
        MalformedError: ``indicators.form``.
    """
    record = record_of(tx, authority, name)
    if record is None or not record.via:
        return None
    try:
        ack = Ack(office=str(authority), at=int(now), hit=hit, words=words)
    except ValueError as exc:
        raise bad_form(str(exc), where="answer") from exc
    made = msgspec.structs.replace(record, ack=ack, officer=str(officer))
    keep_record(tx, authority, made, at=now)
    office, _, root = record.via.partition(" ")
    peer = End(authority=AuthorityId(office), root=Fingerprint(root))
    channel = Channel(authority=authority, peer=peer, feed=ALERTS)
    open_channel(tx, channel, officer=str(officer), now=now)
    return made


def _hits(found: Sequence[Indicator]) -> tuple[Hit, ...]:
    counted: dict[str, int] = {}
    for one in found:
        if one.via:
            counted[one.via] = counted.get(one.via, 0) + 1
    made = []
    for via, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        office, _, root = via.partition(" ")
        made.append(Hit(office=AuthorityId(office), root=Fingerprint(root), count=count))
    return tuple(made)


def _require_tellable(one: Indicator, authority: AuthorityId, *, at: Instant) -> None:
    if mark_of(one) is Tlp.RED:
        raise is_red(one.id)
    if is_foreign(one, authority) and not is_passed_on(one):
        raise ConflictError(
            "indicators.onward",
            f"{one.id} came from {one.author[:60]}, which does not let it be passed on",
            hint="ask its author for consent",
        )
    if one.retracted is not None:
        raise is_retracted(one.id)
    if one.limits is not None and at >= one.limits.retain_until:
        raise is_expired(one.id)
