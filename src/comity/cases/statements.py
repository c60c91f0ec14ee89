"""Statements of an authority that are no acts: approved by officers, signed by the authority, for everybody.

They belong to no case. As with acts, what officers approve is the id of the very bytes, and the authority's
key signs only what the table demands; a reader checks both against the Party's roots and entries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from comity.cases.approvals import (
    Statement,
    approval_envelope,
    parse_approval,
    require_statement,
)
from comity.cases.certificates import OneParty
from comity.cases.decisions import approving_role
from comity.cases.parts import salted_digest
from comity.cases.ports import SALT_SIZE, Address, Directory
from comity.cases.verdicts import Trust, Verdict
from comity.exchange.directory import TrustedParty, trusted_party
from comity.exchange.notices import Notice, notice_value, parse_notice
from comity.kernel.clock import Clock, Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName, party_of
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import ALGORITHM, Envelope, Signer

PUBLISH, WITHDRAW = "profile.publish", "profile.withdraw"
PERSONS: Mapping[str, int] = MappingProxyType({PUBLISH: 2, WITHDRAW: 1})
"""How many officers approve each kind of statement; where two, a head is among them."""

MOST_PAPER = 8 << 20
"""Bytes of a statement with roots and entries, as a stranger gets it."""


class _Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: int
    statement: dict[str, Any]
    approvals: list[dict[str, Any]]
    roots: list[dict[str, Any]]
    entries: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A statement as a stranger gets it: with everything by which it is checked, but the trust in a root."""

    notice: Notice
    party: TrustedParty


class StatementDesk:
    """Approves and signs the statements of one authority.

    Args:
        me: The authority.
        realm: Live or practice.
        signer: The authority's ``act`` key.
        directory: Keys and officers of every known Party, ours too.
        clock: Where time comes from.
        entropy: Where salts come from.
    """

    def __init__(
        self,
        *,
        me: Address,
        realm: Realm,
        signer: Signer,
        directory: Directory,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._me = me
        self._realm = realm
        self._signer = signer
        self._directory = directory
        self._clock = clock
        self._entropy = entropy

    def approve(
        self,
        statement: Envelope,
        given: Sequence[Envelope],
        *,
        officer: OfficerName,
        signer: Signer,
        rules: str,
        reasons: str,
    ) -> Envelope:
        """Return an officer's signed approval; it commits to reasons that stay on the node.

        Args:
            statement: What is approved.
            given: Approvals so far.
            officer: Who approves.
            signer: The officer's own key, which the Party entry must list.
            rules: Digest of the rules by which it was judged.
            reasons: Free text.

        Raises:
            DeniedError: ``officer.unknown``, ``officer.role``, ``officer.key``.
            ConflictError: ``approval.twice``.

        Basis: PROTOCOL rule 8
        """
        now = self._clock.now()
        record = self._directory.officer(self._me.root, officer, at=now)
        if record is None:
            raise DeniedError("officer.unknown", f"{officer} is no officer of this Party now")
        role = approving_role(record)
        if record.key.public != signer.public:
            raise DeniedError("officer.key", f"the key is not the one listed for {officer}")
        if officer in [parse_approval(one).officer for one in given]:
            raise ConflictError("approval.twice", f"{officer} has approved this already", where=statement.id)
        salt = self._entropy.bytes(SALT_SIZE)
        return approval_envelope(
            ActId(statement.id),
            realm=self._realm,
            officer=officer,
            authority=record.authority,
            role=role,
            rules=rules,
            reasons=salted_digest(salt, reasons.encode()),
            at=now,
        ).signed_by(signer)

    def issue(self, statement: Envelope, given: Sequence[Envelope], *, kind: str) -> Notice:
        """Sign a statement that is approved as the table demands.

        Raises:
            UntrustedError: the approvals do not hold, or our own entry does not list the key.

        Basis: PROTOCOL rule 9
        """
        made = Notice(statement=statement.signed_by(self._signer), approvals=tuple(given))
        require_stated(
            made, by=self._me, realm=self._realm, kind=kind, directory=self._directory, at=self._clock.now()
        )
        return made


def missing_roles(given: Sequence[Envelope], *, kind: str) -> tuple[str, ...]:
    """Return what the table still asks for: ``officer`` or ``head``, each as often as it is missing."""
    approvals = [parse_approval(one) for one in given]
    missing = max(PERSONS[kind] - len(approvals), 0)
    needs_head = PERSONS[kind] > 1 and all(one.role != "head" for one in approvals)
    if needs_head:
        return ("head", *(["officer"] * max(missing - 1, 0)))
    return ("officer",) * missing


def require_stated(
    notice: Notice, *, by: Address, realm: Realm, kind: str, directory: Directory, at: Instant
) -> tuple[OfficerName, ...]:
    """Return who approved a statement, once everything about it holds at ``at``.

    1. It is of this realm, and signed by an act key of the authority, by every algorithm its entry demands.
    2. The approvals are of this statement, by distinct officers of the Party, as many as the table demands.

    Raises:
        UntrustedError: ``statement.realm``, ``signature.…``, ``approval.…``.
    """
    statement = notice.statement
    if parse_payload_type(statement.payload_type)[2] is not realm:
        raise UntrustedError("statement.realm", "practice and live never mix")
    if directory.algorithms(by.root, at=at) - {ALGORITHM}:
        raise UntrustedError("signature.algorithm", "the author's entry demands an algorithm not known here")
    keys = directory.act_keys(by.authority, by.root, at=at)
    if not keys:
        raise UntrustedError("signature.no_key", f"no valid act key of {by.authority} is known")
    if not any(statement.is_signed_by(key.public) for key in keys):
        raise UntrustedError(
            "signature.act", f"not signed by an act key of {by.authority}", where=statement.id
        )
    approvals = [parse_approval(one) for one in notice.approvals]
    about = Statement(id=ActId(statement.id), realm=realm, root=by.root)
    require_statement(about, approvals, persons=PERSONS[kind], directory=directory, at=at)
    return tuple(one.officer for one in approvals)


def paper_bytes(notice: Notice, *, roots: Sequence[bytes], entries: Sequence[bytes]) -> bytes:
    """Return a statement with all versions of the Party's root and entry, so that a stranger can check it."""
    value = {
        "v": 1,
        **notice_value(notice),
        "roots": [parse_ijson(one, most_bytes=MOST_PAPER) for one in roots],
        "entries": [parse_ijson(one, most_bytes=MOST_PAPER) for one in entries],
    }
    return dump_ijson(value) + b"\n"


def read_paper(data: bytes, *, where: str) -> Paper:
    """Return a statement and the Party that made it, its chain checked.

    Raises:
        MalformedError: ``statement.form``.
        UntrustedError: the chain of roots or entries does not hold.
    """
    try:
        found = msgspec.convert(parse_ijson(data, most_bytes=MOST_PAPER, where=where), _Paper)
    except msgspec.ValidationError as exc:
        raise MalformedError("statement.form", f"not a signed statement: {exc}", where=where) from exc
    if found.v != 1:
        raise MalformedError("statement.form", "not a signed statement of this version", where=where)
    value = {"statement": found.statement, "approvals": found.approvals}
    return Paper(
        notice=parse_notice(value, where=where),
        party=trusted_party(tuple(map(dump_ijson, found.roots)), tuple(map(dump_ijson, found.entries))),
    )


def judge_paper(
    paper: Paper, *, authority: AuthorityId, kind: str, at: Instant, trust: Trust | None
) -> tuple[Verdict, bool]:
    """Return the verdict on a statement that a stranger holds, and whether its root is trusted.

    Args:
        paper: The statement.
        authority: The authority that it names.
        kind: Which row of the table it must meet.
        at: When it says that it was made; nobody else proves it, so a revoked key proves nothing.
        trust: What the reader trusts; None for nothing.

    Raises:
        UntrustedError: a signature or an approval does not hold.
    """
    party = paper.party
    if party_of(authority) != party.party:
        raise UntrustedError("statement.party", f"{authority} is no authority of {party.party}")
    by = Address(authority=authority, root=Fingerprint(party.fingerprint))
    require_stated(paper.notice, by=by, realm=party.realm, kind=kind, directory=OneParty(party=party), at=at)
    trusted = trust is not None and trust.covers(party.fingerprint)
    if party.realm is Realm.PRACTICE:
        return Verdict.PRACTICE, trusted
    return (Verdict.AUTHENTIC if trusted else Verdict.INTACT), trusted
