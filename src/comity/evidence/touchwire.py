"""Events after the sealing as bytes: I-JSON payloads in DSSE envelopes of the class ``custody``."""

from collections.abc import Sequence

import msgspec

from comity.evidence.actwire import act_in, act_said
from comity.evidence.custody import CustodyAct
from comity.evidence.errors import not_a_package
from comity.evidence.touches import CUSTODY, NO_PARTICULARS, Particulars, Touch, Touched, require_touches
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import CaseId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type, payload_type
from comity.kernel.signing import Envelope, parse_envelope

VERSION = 1
MOST_STATEMENT = 256 * 1024


class _Touch(msgspec.Struct, kw_only=True, omit_defaults=True):
    at: int
    authority: str
    bag: str
    case: str | None
    child: str = ""
    decision: str = ""
    digest: str = ""
    ends: int = 0
    event: str
    exhibits: list[int] = []
    officer: str
    operation: str = ""
    place: str
    prev: str
    realm: str
    reason: str
    role: str
    to: str = ""
    tool: str
    tool_version: str
    v: int


def touch_statement(
    act: CustodyAct, over: Touched, *, previous: str, more: Particulars = NO_PARTICULARS
) -> Envelope:
    """Return the statement of an event, which the authority signs.

    Args:
        act: Who did what.
        over: The package.
        previous: Bag root for the first event, else the digest of the one before.
        more: What the event tells beside that.
    """
    value = _Touch(
        v=VERSION,
        event=act.step.value,
        **act_said(act),
        realm=over.realm.value,
        case=over.case,
        bag=over.bag_root,
        prev=previous,
        operation=more.operation,
        exhibits=list(more.exhibits),
        child=more.child,
        to=more.to,
        ends=more.ends,
        decision=more.decision,
        digest=more.digest,
    )
    return Envelope(payload_type=payload_type(CUSTODY, over.realm), payload=dump_ijson(value))


def parse_touch(data: bytes, *, where: str = "") -> Touch:
    """Return an event from its signed statement; the signature and the chain are judged by others.

    Raises:
        MalformedError: ``package.form`` or what the envelope says: not such a statement.
    """
    return read_touch(parse_envelope(parse_ijson(data, most_bytes=MOST_STATEMENT, where=where)), where=where)


def read_touch(envelope: Envelope, *, where: str = "") -> Touch:
    """Return what a signed statement says; see :func:`parse_touch`."""
    what, version, realm = parse_payload_type(envelope.payload_type, where=where)
    if (what, version) != (CUSTODY, VERSION):
        raise MalformedError("payload.type", "not a custody event", where=where)
    try:
        value = parse_ijson(envelope.payload, most_bytes=MOST_STATEMENT, where=where)
        return _touch_in(msgspec.convert(value, _Touch, strict=True), envelope, realm)
    except (msgspec.ValidationError, ValueError) as exc:
        raise not_a_package(f"a custody event is not well formed: {exc}", where=where) from exc


def read_touches(statements: Sequence[bytes], over: Touched) -> tuple[Touch, ...]:
    """Return the events of a package, proved to be one chain over it.

    Raises:
        UntrustedError: ``custody.chain``, ``custody.subject``.
        MalformedError: an event that is not well formed.
    """
    touches = tuple(parse_touch(one, where=f"event {n}") for n, one in enumerate(statements, start=1))
    require_touches(touches, over)
    return touches


def _touch_in(found: _Touch, envelope: Envelope, realm: Realm) -> Touch:
    if found.v != VERSION:
        raise ValueError("an event of another version")
    if found.realm != realm.value:
        raise UntrustedError("custody.subject", "a custody event is of another realm than its type")
    act = act_in(found, found.event)
    over = Touched(
        realm=realm, case=None if found.case is None else CaseId(parse_digest(found.case)), bag_root=found.bag
    )
    more = Particulars(
        operation=found.operation,
        exhibits=tuple(found.exhibits),
        child=found.child,
        to=found.to,
        ends=found.ends,
        decision=found.decision,
        digest=found.digest,
    )
    return Touch(act=act, over=over, previous=parse_digest(found.prev), more=more, signed=envelope)
