"""A victim's real name enters no act: drafts are read against the records, and records against drafts.

Read are the skeleton and every part that is text. What is no text (a document, a picture) is not read;
whoever attaches one looks at it. Nothing here tells whose name it is.

Basis: 34(1), 36(1)
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from comity.cases.acts import Act, parse_act
from comity.cases.records import PartRecord, PendingRecord
from comity.cases.wire import parse_signed_act
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import Envelope
from comity.node.ports import Transaction
from comity.node.victimroom import VictimRoom
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.victims.naming import first_naming, texts_of
from comity.protection.victims.records import Record

_NUMBER = re.compile(r"\bV-[A-Z2-7]{8}\b")
_MOST_TOLD = 20
NAMED = "victims.named"


@contextmanager
def noting(place: Workplace, actor: Actor) -> Iterator[None]:
    """Write a refusal for a name into the log, so that nobody tries names unseen; then raise it."""
    try:
        yield
    except ConflictError as refusal:
        if refusal.code == NAMED:
            with place.store.transaction() as tx:
                place.journal.decision(
                    tx, actor, action="victim.name_refused", about="", at=place.clock.now()
                )
        raise


def require_unnamed(place: Workplace, tx: Transaction, actor: Actor, pending: PendingRecord) -> None:
    """Refuse a draft that names a victim of its case.

    Looked for are the names of the victims whom the case concerns, of those whose pseudonym stands in the
    draft, and, in an act that opens a case, of those with no case yet whose record names the officer.

    Raises:
        ConflictError: ``victims.named``, with the place.
    """
    if place.make_vault is None:
        return
    records = VictimRoom(place=place, make_vault=place.make_vault).all(tx, actor.authority)
    victims = [one for one in records if isinstance(one, Record) and one.name]
    if not victims:
        return
    texts = tuple(_texts(_draft(pending), pending.parts))
    spoken = {number for _, text in texts for number in _NUMBER.findall(text)}
    opens = str(pending.case) == str(pending.act_id)
    names = [
        one.name
        for one in victims
        if str(pending.case) in one.cases
        or one.number in spoken
        or (opens and not one.cases and str(actor.officer) in one.named)
    ]
    if (found := first_naming(texts, names)) is not None:
        raise named(found)


def require_no_draft_names(tx: Transaction, authority: AuthorityId, record: Record) -> None:
    """Refuse a record whose name stands in a draft of one of its cases.

    Raises:
        ConflictError: ``victims.named``, with draft and place.
    """
    for case in record.cases if record.name else ():
        pending = tx.acts.pending(authority, CaseId(case))
        if pending is None:
            continue
        found = first_naming(_texts(_draft(pending), pending.parts), [record.name])
        if found is not None:
            raise named(f"{pending.act_id[:12]}{found}")


def acts_naming(tx: Transaction, authority: AuthorityId, record: Record) -> tuple[str, ...]:
    """Return the acts of the record's cases that name the person, each with the place.

    They left, or came, before the name was known here; a part of one can be erased.
    """
    found: list[str] = []
    for case in record.cases if record.name else ():
        for one in tx.acts.of_case(authority, CaseId(case)):
            parts = tx.acts.parts(authority, one.act_id)
            place = first_naming(_texts(parse_signed_act(one.signed).act, parts), [record.name])
            if place is not None:
                found.append(f"{one.act_id[:12]}{place}")
    return tuple(found[:_MOST_TOLD])


def named(place: str) -> ConflictError:
    """Return the refusal, with the place."""
    return ConflictError(
        NAMED,
        f"the real name of a victim stands at {place[:200]}",
        hint="write the pseudonym instead; the name is kept at the victims' desk alone",
        where=place[:200],
    )


def _draft(pending: PendingRecord) -> Act:
    return parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))


def _texts(act: Act, parts: Sequence[PartRecord]) -> Iterator[tuple[str, str]]:
    yield from texts_of(act.body, "/body")
    yield "/single", act.single
    for part in parts:
        if part.data is None:
            continue
        try:
            text = part.data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        try:
            yield from texts_of(parse_ijson(part.data, most_bytes=len(part.data) + 1), f"/{part.name}")
        except MalformedError:
            yield f"/{part.name}", text
