"""What two sides agreed about evidence: conditions that travel with it, consent to a use beyond limits."""

from comity.cases.conversation import ConsentAskBody
from comity.cases.kinds import DeliverBody, ItemsBody, items_of, parse_body
from comity.cases.parts import open_parts
from comity.cases.state import CaseState, RequestState
from comity.cases.wire import parse_signed_act
from comity.evidence.limits import MOST_TEXT
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import parse_ijson
from comity.node.ports import Transaction

GIVEN = "consent.give"
CONDITIONS = "conditions"
ONWARD = "onward"
_AT_HOME = frozenset({"other_proceedings", "other_purpose"})


def agreed_conditions(
    tx: Transaction, authority: AuthorityId, request: RequestState | None
) -> tuple[str, ...]:
    """Return the conditions of a request that were accepted, each with its codes and its words.

    The words are those of the part of the offer; where they were erased, the codes are left.

    Basis: 40(28)
    """
    if request is None:
        return ()
    found = []
    for talk in request.accepted_conditions([item.id for item in request.items]):
        words = _words(tx, authority, talk.act)
        found.append(f"{', '.join(talk.codes)}: {words}"[:MOST_TEXT] if words else ", ".join(talk.codes))
    return tuple(found)


def consent_to(
    tx: Transaction, authority: AuthorityId, state: CaseState, delivery: ActId, *, now: Instant
) -> str:
    """Return the act by which the sending State agreed to another use of a delivery at home, or "".

    A consent counts that is not over and covers every item of the delivery. One to pass it on to another
    State is no consent to use it otherwise.

    Basis: 40(19), 36(3)
    """
    record = tx.acts.get(authority, delivery)
    body = parse_body(parse_signed_act(record.signed).act) if record is not None else None
    request = state.request(body.request) if isinstance(body, DeliverBody) else None
    if request is None or not isinstance(body, DeliverBody):
        return ""
    items = {item.id for item in body.items}
    for talk in reversed(request.talks):
        lasts = talk.until is None or now < talk.until
        covers = items <= set(talk.items) and not _AT_HOME.isdisjoint(talk.codes)
        if talk.answered_by == GIVEN and talk.answer is not None and lasts and covers:
            return talk.answer
    return ""


def consent_onward(
    tx: Transaction,
    authority: AuthorityId,
    state: CaseState,
    act: ActId,
    *,
    recipient: str,
    purpose: str,
    now: Instant,
) -> str:
    """Return the act by which the giving State agreed that something be passed on, or "".

    A consent counts that is not over, and whose question names this recipient, every item of what was
    furnished, and this purpose in its words.

    Args:
        tx: The caller's transaction.
        authority: Our office.
        state: Of the case.
        act: By which it came: a delivery, or information that was sent.
        recipient: Code of the Party that is to get it.
        purpose: What that Party is to use it for.
        now: When.

    Basis: 36(3)
    """
    record = tx.acts.get(authority, act)
    body = parse_body(parse_signed_act(record.signed).act) if record is not None else None
    request = state.request(body.request) if isinstance(body, (DeliverBody, ItemsBody)) else None
    if request is None or body is None:
        return ""
    items = set(items_of(body))
    for talk in reversed(request.talks):
        lasts = talk.until is None or now < talk.until
        if talk.answered_by != GIVEN or talk.answer is None or not lasts or ONWARD not in talk.codes:
            continue
        asked = tx.acts.get(authority, talk.act)
        said = parse_body(parse_signed_act(asked.signed).act) if asked is not None else None
        if (
            not isinstance(said, ConsentAskBody)
            or said.recipient != recipient
            or not items <= set(said.items)
        ):
            continue
        if _plain(_words(tx, authority, talk.act, name="use")) == _plain(purpose):
            return talk.answer
    return ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _words(tx: Transaction, authority: AuthorityId, act: ActId, *, name: str = CONDITIONS) -> str:
    for part in open_parts(tx.acts.parts(authority, act)):
        if part.name == name:
            try:
                value = parse_ijson(part.data)
            except MalformedError:
                return part.data.decode("utf-8", "replace")
            return str(value.get("text", "")) if isinstance(value, dict) else str(value)
    return ""
