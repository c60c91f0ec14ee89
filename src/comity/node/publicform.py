"""The public form: a person reports a scam without an account, and learns a receipt number and nothing else.

It is off until a head switches it on for an office. What comes in waits as an untrusted item; nothing of it
is read by any program before an officer opens it.
"""

from dataclasses import dataclass

import msgspec

from comity.indicators.errors import bad_form, form_busy, form_closed
from comity.indicators.ports import Wanted
from comity.indicators.reports import (
    MOST_CONTACT,
    MOST_FILE,
    MOST_WORDS,
    REPORTS,
    Channel,
    Contents,
    Report,
    Sector,
    State,
    Victim,
)
from comity.indicators.statements import uuid_of
from comity.kernel.clock import HOUR, Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId
from comity.node.access import Action, require_access
from comity.node.ports import Transaction
from comity.node.reportrows import forget_old, put_report, receipt_of
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.secrets import require_keyless

MOST_HERE, MOST_ALL, MOST_WAITING = 5, 120, 1_000
"""Reports from one address and from all in an hour, and reports that may wait; a further one is refused."""

MOST_WATCHED = 1_000
MOST_NOTICE = 1_000
_SETTING, _PACE = "report/form", "report/pace"


class FormState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the form is open, for whom, and how long what comes in is kept.

    Attributes:
        authority: Office that reads what comes in; empty while the form is off.
        keep_days: After so many days what a sender wrote is erased.
        notice: Words of the office to the public, such as where to call in an emergency; may be empty.
    """

    authority: str = ""
    keep_days: int = 90
    notice: str = ""


class _Pace(msgspec.Struct, kw_only=True):
    """How many reports came in this hour; addresses stand as digests under a salt that lasts as long."""

    since: int = 0
    salt: bytes = b""
    count: int = 0
    marks: dict[str, int] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person wrote.

    Attributes:
        words: The message, or what happened.
        name: Name of a file beside it.
        contact: How to reach them; may be empty.
        sector: Whom it hit; empty where they did not say.
    """

    words: str
    name: str = ""
    data: bytes = b""
    contact: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicForm:
    """The form of a node; whoever fills it in is nobody known."""

    place: Workplace

    def state(self) -> FormState:
        """Return whether the form is open."""
        with self.place.store.snapshot() as tx:
            return form_of(tx)

    def switch(self, actor: Actor, *, on: bool, keep_days: int = 90, notice: str = "") -> FormState:
        """Open the form for the officer's authority, or close it; the decision is in the log.

        Raises:
            DeniedError: ``access.role``.
            MalformedError: ``indicators.form`` for days or words out of bounds.
        """
        require_access(actor, Action.INDICATOR_KEYS, realm=self.place.realm, owner=actor.authority)
        if not 1 <= keep_days <= 730 or len(notice) > MOST_NOTICE:
            raise bad_form(f"1 to 730 days, and a notice of at most {MOST_NOTICE} characters", where="form")
        authority = str(actor.authority) if on else ""
        made = FormState(authority=authority, keep_days=keep_days, notice=notice.strip())
        with self.place.store.transaction() as tx:
            tx.node.put_setting(_SETTING, msgspec.json.encode(made))
            about = f"{'on' if on else 'off'}, {keep_days} days"
            self.place.journal.decision(
                tx, actor, action="scams.form", about=about, at=self.place.clock.now()
            )
        return made

    def submit(self, told: Told, *, address: str) -> str:
        """Keep what a person wrote and return the number of the receipt; nothing else is ever told.

        Args:
            told: What they wrote.
            address: Where it comes from; only a digest is kept, for an hour.

        Raises:
            MalformedError: ``indicators.form``: nothing was written, or too much; ``secret.key``.
            NotFoundError: ``scam.closed``: the form is off.
            UnavailableError: ``scam.busy``: too many came lately, from here or from all.
        """
        words, contact = told.words.strip(), told.contact.strip()
        if not words and not told.data:
            raise bad_form("nothing was written", where="words")
        if len(words) > MOST_WORDS or len(told.data) > MOST_FILE or len(contact) > MOST_CONTACT:
            raise bad_form(
                f"at most {MOST_WORDS} characters, a file of {MOST_FILE} bytes, and a short contact",
                where="words",
            )
        require_keyless([words, contact, told.name, words_of(told.data)], where="words")
        sector = Sector(told.sector) if told.sector in set(Sector) else None
        now = self.place.clock.now()
        receipt = receipt_of(self.place.entropy.bytes(10))
        with self.place.store.transaction() as tx:
            form = form_of(tx)
            if not form.authority:
                raise form_closed()
            authority = AuthorityId(form.authority)
            self._count(tx, authority, address, now)
            report = Report(
                id=f"report--{uuid_of(self.place.entropy.bytes(16))}",
                channel=Channel.PUBLIC,
                state=State.WAITING,
                received_at=now,
                changed_at=now,
                receipt=receipt,
                victim=Victim(sector=sector),
            )
            name = told.name[:200] if told.data else ""
            put_report(
                tx, authority, report, Contents(words=words, name=name, data=told.data, contact=contact)
            )
        return receipt

    def tidy(self) -> None:
        """Erase what is past its time, whether or not anybody writes or reads."""
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            days = form_of(tx).keep_days
            for office in self.place.authorities(tx):
                forget_old(tx, office, days=days, now=now)

    def _count(self, tx: Transaction, authority: AuthorityId, address: str, now: Instant) -> None:
        raw = tx.node.setting(_PACE)
        pace = msgspec.json.decode(raw, type=_Pace) if raw else _Pace()
        if now - pace.since >= HOUR or now < pace.since:
            pace = _Pace(since=now, salt=self.place.entropy.bytes(16))
            forget_old(tx, authority, days=form_of(tx).keep_days, now=now)
        mark = sha256(pace.salt + address.encode("utf-8", "replace")).hex()[:24]
        here = pace.marks.get(mark, 0)
        waiting = tx.sharing.shared(
            authority, REPORTS, Wanted(kinds=(State.WAITING.value,), most=MOST_WAITING)
        )
        if here >= MOST_HERE or pace.count >= MOST_ALL or len(waiting) >= MOST_WAITING:
            raise form_busy()
        pace.count += 1
        if here or len(pace.marks) < MOST_WATCHED:
            pace.marks[mark] = here + 1
        tx.node.put_setting(_PACE, msgspec.json.encode(pace))


def words_of(data: bytes) -> str:
    """Return the words of a note; nothing of what is no text."""
    head = data[:MOST_FILE]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return "" if b"\x00" in head else head.decode("utf-8-sig", "replace")


def form_of(tx: Transaction) -> FormState:
    """Return whether the form is open."""
    raw = tx.node.setting(_SETTING)
    return msgspec.json.decode(raw, type=FormState) if raw else FormState()
