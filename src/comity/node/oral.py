"""What was said by voice is owed in writing: owed from its attestation on, until the writing is there."""

from collections.abc import Iterator

import msgspec

from comity.cases.acts import Act
from comity.cases.attested import ATTEST, CONFIRM, DISPUTE, VOICE, AttestBody
from comity.exchange.directory import Directory
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import AuthorityId
from comity.node.founding import own_root
from comity.node.lanetasks import keep_task, tasks_of
from comity.node.ports import Transaction
from comity.requests.lanes import CONFIRM as IN_WRITING
from comity.requests.lanes import Task, confirmation_of


def owe_confirmation(
    tx: Transaction, authority: AuthorityId, act: Act, *, directory: Directory, at: Instant
) -> None:
    """Owe the writing of what an act of ours attests as said by voice; end it where it is the writing.

    Args:
        tx: The transaction in which the act is issued.
        authority: Our office, to which it was said.
        act: The act that is issued.
        directory: Tells within how many days our entry wants an urgent request in writing.
        at: When it is issued.

    Basis: 40(13); PROTOCOL rule 26
    """
    body = _attested(act)
    if body is None:
        return
    if body.confirms is not None:
        end_confirmation(tx, authority, body.confirms, by=act.sender.authority, at=at, words=body.channel)
    elif body.channel == VOICE:
        days = confirm_days(tx, authority, directory=directory, at=at)
        keep_task(tx, authority, confirmation_of(act.id, said_at=Instant(body.at), days=days, case=act.case))


def take_confirmation(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """End what is owed in writing, where the other side's act confirms or disputes what we attest."""
    if act.kind in (CONFIRM, DISPUTE):
        named = str(act.body.get("attestation"))
        end_confirmation(tx, authority, named, by=act.sender.authority, at=at, words=act.kind)


def end_confirmation(
    tx: Transaction, authority: AuthorityId, attestation: str, *, by: str, at: Instant, words: str
) -> None:
    """Take a confirmation in writing as obtained; nothing happens where none is owed."""
    for task in _owed(tx, authority, attestation):
        done = msgspec.structs.replace(task, done_by=by, done_at=at, words=words)
        keep_task(tx, authority, done)


def confirm_days(tx: Transaction, authority: AuthorityId, *, directory: Directory, at: Instant) -> int | None:
    """Return within how many days our entry wants the writing; None where it says nothing."""
    try:
        office = directory.party(tx.exchange, own_root(tx)).office(authority, at=at)
    except UntrustedError:
        return None
    service = office.service if office is not None else None
    return service.urgent.confirm_days if service is not None and service.urgent is not None else None


def _attested(act: Act) -> AttestBody | None:
    if act.kind != ATTEST:
        return None
    try:
        return msgspec.convert(act.body, AttestBody)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "body.form", "the skeleton is not that of an attestation", where="/body"
        ) from exc


def _owed(tx: Transaction, authority: AuthorityId, attestation: str) -> Iterator[Task]:
    wanted = f"{attestation}/{IN_WRITING}"
    return (task for task in tasks_of(tx, authority) if task.id == wanted and task.is_open)
