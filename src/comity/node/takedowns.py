"""The desk of takedowns: opened by an officer, told to the right one, followed until it is gone.

Nothing is resolved, fetched or sent: the officer brings host and address, registers lie in the store, and a
notice is a letter that a person sends.

Basis: 14, 16, 34(6)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.guardroom import REPORT, TAKEDOWN, GuardRoom, require_why
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.reappearing import keep_prints
from comity.node.returning import ReturningDesk, give_back
from comity.node.takedownbooks import channels_of, registers_of, terms_of
from comity.node.takedownrows import (
    channel_named,
    clock_view,
    event_view,
    notice_view,
    row_order,
    takedown_row,
    target_of,
    term_named,
)
from comity.node.takedownviews import NoticeView, TakedownRow, TakedownView
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.categories import Subject
from comity.protection.channels import ways
from comity.protection.guard import Guarded
from comity.protection.hostings import Hosting, findings, parse_registrar, states_of
from comity.protection.hosts import Place, parse_address, parse_place
from comity.protection.matching import question_of
from comity.protection.reports import Report
from comity.protection.takedown import Event, Step, Takedown, next_steps, opened

MOST_PRINTS = 200
_LISTED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where content is, as an officer or a bound receiver supplies it.

    Attributes:
        place: A web address, a host or an IP address.
        address: The IP address of the host, where somebody knows it; it is never resolved here.
        service: The service, by name.
        registrar: Number of the registrar at IANA.
    """

    place: str
    address: str = ""
    service: str = ""
    registrar: str = ""

    def parsed(self) -> Place:
        """Return the place; raise MalformedError ``takedown.place``."""
        found = parse_place(self.place, where="place")
        if not self.address:
            return found
        return Place(url=found.url, host=found.host, address=parse_address(self.address, where="address"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownDesk:
    """Takedowns of this node's offices.

    Attributes:
        hashes: The desk of lists, whose secret seals.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def open(
        self,
        actor: Actor,
        *,
        where: Where,
        subject: str,
        why: str,
        hashes: Sequence[str] = (),
        report: int = 0,
        plea: str = "",
        victim: bool = False,
    ) -> int:
        """Open a takedown and return its number.

        Args:
            actor: Who opens it.
            where: Where the content is.
            subject: ``child`` or ``intimate``.
            why: In words.
            hashes: Fingerprints in hexadecimal digits, by which it is known again.
            report: The report that speaks of it; its digests are taken over.
            plea: Number of the case of who asked for help.
            victim: Whether the person who is shown asked for it, or somebody for them.

        Raises:
            MalformedError: ``takedown.place``, ``takedown.subject``, ``takedown.registrar``,
                ``protect.hash``.
            NotFoundError: ``guard.absent``.
        """
        self._require(actor, Action.TAKEDOWN_KEEP)
        if subject not in {one.value for one in Subject}:
            raise MalformedError("takedown.subject", "a takedown protects child or intimate", where="subject")
        reason, place = require_why(why), where.parsed()
        prints = [question_of(one).prints for one in hashes]
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            if report:
                held = room.get(tx.guarded, REPORT, report, Report)
                prints += [one.prints for one in held.files if not one.prints.is_empty]
            number = room.next(tx.guarded, TAKEDOWN)
            made = opened(
                place,
                number=number,
                subject=Subject(subject),
                service=" ".join(where.service.split())[:80],
                registrar=parse_registrar(where.registrar),
                prints=tuple(dict.fromkeys(prints))[:MOST_PRINTS],
                reports=(report,) if report else (),
                plea=plea[:40],
                victim=victim,
                opened=now,
                by=f"{actor.officer}: {reason}",
            )
            room.put(tx.guarded, TAKEDOWN, made, number=number)
            keep_prints(self.hashes, tx, room, made, at=now)
            self._note(tx, actor, "takedown.open", number, now)
        return number

    def listed(self, actor: Actor, *, purpose: str) -> tuple[TakedownRow, ...]:
        """Return the takedowns, those whose clock ends first before the others, closed ones last."""
        self._read(actor, "takedown.list", "", purpose)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            rows = [takedown_row(one, now) for one in room.all(tx.guarded, TAKEDOWN, Takedown)]
        return tuple(sorted(rows, key=row_order)[:_LISTED])

    def show(self, actor: Actor, *, takedown: int, purpose: str) -> TakedownView:
        """Return one takedown, with what registers say, the channels that fit, and the laws that name a time.

        Raises:
            NotFoundError: ``guard.absent``.
        """
        self._read(actor, "takedown.read", f"takedown {takedown}", purpose)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, TAKEDOWN, takedown, Takedown)
            found = self._findings(tx, room, held)
            channels, terms = channels_of(tx, room), terms_of(tx, room)
        states = states_of(found)
        fitting = ways(target_of(held, states), channels)
        known = {one.channel.party or one.what for one in fitting if one.on == "state"}
        return TakedownView(
            number=held.number,
            state=held.state.value,
            subject=held.subject.value,
            url=held.url,
            host=held.host,
            address=held.address,
            service=held.service,
            registrar=held.registrar,
            reports=held.reports,
            plea=held.plea,
            victim=held.victim,
            prints=len(held.prints),
            opened=held.opened,
            by=held.by,
            clocks=tuple(clock_view(one, now) for one in held.clocks()),
            events=tuple(map(event_view, held.events)),
            findings=found,
            ways=fitting,
            contacts=tuple(one for one in states if one not in known),
            terms=tuple(one for one in terms if held.subject.value in one.subjects),
            may=next_steps(held.state),
        )

    def notice(
        self, actor: Actor, *, takedown: int, to: str, term: str = "", words: str = "", appeal: bool = False
    ) -> NoticeView:
        """Record that a notice goes out, or an appeal against a refusal, and return what it says.

        Args:
            actor: Who sends it.
            takedown: Which.
            to: Code of the channel.
            term: Code of the term whose clock it starts; empty where no law is relied on.
            words: What is added, in words.
            appeal: Whether it is against a refusal.

        Raises:
            NotFoundError: ``takedown.no_channel``, ``takedown.no_term``.
            ConflictError: ``takedown.step``; ``takedown.term_not``: the term does not start by this.
        """
        step = Step.APPEAL if appeal else Step.NOTICE
        now = self.place.clock.now()

        def event(tx: Transaction, room: Guarded, held: Takedown) -> Event:
            channel = channel_named(channels_of(tx, room), to)
            law = term_named(terms_of(tx, room), term, held, step, now) if term else None
            return Event(
                step=step,
                at=now,
                by=str(actor.officer),
                to=channel.code,
                words=" ".join(words.split())[:4000],
                term=law,
                due=law.due(now) if law else None,
                language=channel.languages[0],
            )

        held = self._append(actor, takedown, event)
        return self._notice(actor, held)

    def answer(
        self, actor: Actor, *, takedown: int, step: str, reason: str = "", words: str = "", term: str = ""
    ) -> TakedownRow:
        """Record what came of it: removed, refused, seen again, wrongly removed, restored, upheld, closed.

        Raises:
            ConflictError: ``takedown.step``.
            MalformedError: ``takedown.reason``, ``takedown.answer``.
        """
        if step not in {one.value for one in Step} - {Step.NOTICE, Step.APPEAL, Step.TOLD}:
            raise MalformedError("takedown.answer", f"{step[:40]!r} is no answer", where="step")
        now = self.place.clock.now()

        def event(tx: Transaction, room: Guarded, held: Takedown) -> Event:
            law = term_named(terms_of(tx, room), term, held, Step(step), now) if term else None
            return Event(
                step=Step(step),
                at=now,
                by=str(actor.officer),
                reason=reason,
                words=" ".join(words.split())[:4000],
                term=law,
                due=law.due(now) if law else None,
            )

        return takedown_row(self._append(actor, takedown, event), now)

    def told(self, actor: Actor, *, takedown: int, words: str) -> TakedownRow:
        """Record that the person who is shown, or somebody for them, was told how it stands.

        Args:
            actor: Who told them.
            takedown: Which.
            words: How, in words: no name, number or address of the person.

        Raises:
            MalformedError: ``guard.why``.
        """
        self._require(actor, Action.TAKEDOWN_KEEP)
        said, now = require_why(words), self.place.clock.now()

        def event(_tx: Transaction, _room: Guarded, _held: Takedown) -> Event:
            return Event(step=Step.TOLD, at=now, by=str(actor.officer), words=said)

        return takedown_row(self._append(actor, takedown, event), now)

    @property
    def returning(self) -> ReturningDesk:
        """Where outcomes go back to."""
        return ReturningDesk(hashes=self.hashes)

    def letter(self, actor: Actor, *, takedown: int, purpose: str) -> NoticeView:
        """Return what the last notice or appeal says, to write it again.

        Raises:
            NotFoundError: ``takedown.no_notice``.
        """
        self._read(actor, "takedown.read", f"takedown {takedown}", purpose)
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, TAKEDOWN, takedown, Takedown)
        return self._notice(actor, held)

    @property
    def _room(self) -> GuardRoom:
        return GuardRoom(hashes=self.hashes)

    def _append(
        self, actor: Actor, number: int, make: Callable[[Transaction, Guarded, Takedown], Event]
    ) -> Takedown:
        self._require(actor, Action.TAKEDOWN_KEEP)
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, TAKEDOWN, number, Takedown)
            event = make(tx, room, held)
            held = give_back(self.hashes, tx, actor.authority, held.after(event), event)
            room.put(tx.guarded, TAKEDOWN, held, number=number)
            self._note(tx, actor, f"takedown.{event.step.value}", number, event.at)
        return held

    def _notice(self, actor: Actor, held: Takedown) -> NoticeView:
        event = next((one for one in reversed(held.events) if one.step in (Step.NOTICE, Step.APPEAL)), None)
        if event is None:
            raise NotFoundError("takedown.no_notice", "no notice went out yet", where=str(held.number))
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            channel = next((one for one in channels_of(tx, room) if one.code == event.to), None)
        return notice_view(held, event, channel, actor, self.place)

    def _findings(self, tx: Transaction, room: Guarded, held: Takedown) -> tuple[Hosting, ...]:
        registers = {one.name: one for one in registers_of(tx, room)}
        return findings(tx.guarded, registers, host=held.host, address=held.address, registrar=held.registrar)

    def _read(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        require_access(
            actor,
            Action.TAKEDOWN_READ,
            realm=self.place.realm,
            owner=actor.authority,
            purpose=purpose,
        )
        with self.place.store.transaction() as tx:
            self._room.made(tx, actor.authority)
            now = self.place.clock.now()
            self.place.journal.read(tx, actor, action=action, about=about, purpose=purpose, at=now)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)

    def _note(self, tx: Transaction, actor: Actor, action: str, number: int, now: Instant) -> None:
        self.place.journal.decision(tx, actor, action=action, about=f"takedown {number}", at=now)
