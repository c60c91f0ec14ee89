"""Who may do what: the one place where access is decided.

Access is a question about (officer, authority, case, purpose). An officer acts for one authority and
sees the cases of that authority only; the role says which actions are open; a read of case material
needs a purpose, which is written to the log before the bytes are shown.

The table below is tested as a whole, role by role and action by action. ``docs/guide/officer.md`` shows it.
"""

from collections.abc import Collection
from enum import StrEnum

from comity.kernel.errors import DeniedError
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from comity.node.views import Actor


class Role(StrEnum):
    """What an officer is entrusted with, as the Party entry lists it."""

    DUTY_OFFICER = "duty-officer"
    OFFICER = "officer"
    HEAD = "head"
    REGISTRAR = "registrar"
    OVERSEER = "overseer"
    ADVOCATE = "victims-advocate"
    COUNSELLOR = "counsellor"
    TRUSTEE = "trustee"


class Action(StrEnum):
    """Something that a person asks a node to do."""

    CASE_LIST = "case.list"
    CASE_READ = "case.read"
    CASE_EXPORT = "case.export"
    EVIDENCE_OPEN = "evidence.open"
    EVIDENCE_SEAL = "evidence.seal"
    EVIDENCE_DERIVE = "evidence.derive"
    EVIDENCE_HOLD = "evidence.hold"
    EVIDENCE_FREE = "evidence.free"
    EVIDENCE_DESTROY = "evidence.destroy"
    ACT_DRAFT = "act.draft"
    ACT_DECIDE = "act.decide"
    ACT_APPROVE = "act.approve"
    ACT_ISSUE = "act.issue"
    PEER_LIST = "peer.list"
    PEER_ADD = "peer.add"
    OFFICE_CHANGE = "office.change"
    LAW_IMPORT = "law.import"
    LAW_REVIEW = "law.review"
    LAW_PUBLISH = "law.publish"
    UPKEEP_SEE = "upkeep.see"
    LOG_READ = "log.read"
    COURIER = "courier"
    HASH_USE = "hash.use"
    HASH_KEEP = "hash.keep"
    REPORT_READ = "report.read"
    REPORT_KEEP = "report.keep"
    LOOK_TAKE = "look.take"
    LOOK_JUDGE = "look.judge"
    TAKEDOWN_READ = "takedown.read"
    TAKEDOWN_KEEP = "takedown.keep"
    GUARD_CHANGE = "guard.change"
    INDICATOR_READ = "indicator.read"
    INDICATOR_KEEP = "indicator.keep"
    INDICATOR_SHARE = "indicator.share"
    INDICATOR_KEYS = "indicator.keys"
    TRACE_IMPORT = "trace.import"
    TRACE_ASK = "trace.ask"
    RESTITUTION_READ = "restitution.read"
    RESTITUTION_KEEP = "restitution.keep"
    RESTITUTION_DECIDE = "restitution.decide"
    VICTIM_READ = "victim.read"
    VICTIM_KEEP = "victim.keep"
    VICTIM_ERASE = "victim.erase"
    VICTIM_COUNT = "victim.count"
    VICTIM_ENTRUST = "victim.entrust"
    RIGHTS_KEEP = "rights.keep"
    PLEA_SEE = "plea.see"
    PLEA_TELL = "plea.tell"


class Purpose(StrEnum):
    """Why case material is read; ``practice`` exists on practice nodes only."""

    EXECUTION = "execution"
    INVESTIGATION = "investigation"
    PROSECUTION = "prosecution"
    COURT = "court"
    DISCLOSURE = "disclosure"
    OVERSIGHT = "oversight"
    SUPPORT = "support"
    DATA_PROTECTION = "data-protection"
    PRACTICE = "practice"


_READS = frozenset(
    {Action.CASE_LIST, Action.CASE_READ, Action.PEER_LIST, Action.LOG_READ, Action.INDICATOR_READ}
)
_WORK = _READS | {
    Action.EVIDENCE_SEAL,
    Action.ACT_DRAFT,
    Action.ACT_DECIDE,
    Action.ACT_APPROVE,
    Action.ACT_ISSUE,
    Action.COURIER,
    Action.INDICATOR_KEEP,
    Action.INDICATOR_SHARE,
    Action.TRACE_IMPORT,
    Action.TRACE_ASK,
}
_EVIDENCE = {
    Action.EVIDENCE_OPEN,
    Action.EVIDENCE_DERIVE,
    Action.EVIDENCE_HOLD,
    Action.EVIDENCE_DESTROY,
    Action.CASE_EXPORT,
}

_GUARD = {
    Action.HASH_USE,
    Action.REPORT_READ,
    Action.REPORT_KEEP,
    Action.LOOK_TAKE,
    Action.LOOK_JUDGE,
    Action.TAKEDOWN_READ,
    Action.TAKEDOWN_KEEP,
}
_NAMED = {Action.VICTIM_READ, Action.VICTIM_KEEP}
"""Of victims whose record names the officer only, an advocate too; see :func:`require_named`."""
_RESTITUTION = {Action.RESTITUTION_READ, Action.RESTITUTION_KEEP}

_HELP = frozenset(
    {Action.PLEA_SEE, Action.PLEA_TELL, Action.TAKEDOWN_READ, Action.TAKEDOWN_KEEP, Action.RIGHTS_KEEP}
)
"""What everybody of a shelter does: counts, outcomes, takedowns for who asked for help; never a case."""

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.DUTY_OFFICER: _WORK | _NAMED,
    Role.OFFICER: _WORK
    | _EVIDENCE
    | _GUARD
    | _NAMED
    | _RESTITUTION
    | {Action.LAW_IMPORT, Action.LAW_REVIEW, Action.RIGHTS_KEEP},
    Role.HEAD: _WORK
    | _EVIDENCE
    | _GUARD
    | _NAMED
    | _RESTITUTION
    | {
        Action.RESTITUTION_DECIDE,
        Action.VICTIM_COUNT,
        Action.VICTIM_ENTRUST,
        Action.RIGHTS_KEEP,
        Action.EVIDENCE_FREE,
        Action.PEER_ADD,
        Action.OFFICE_CHANGE,
        Action.LAW_IMPORT,
        Action.LAW_REVIEW,
        Action.LAW_PUBLISH,
        Action.UPKEEP_SEE,
        Action.HASH_KEEP,
        Action.GUARD_CHANGE,
        Action.INDICATOR_KEYS,
    },
    Role.REGISTRAR: _READS | {Action.ACT_DRAFT, Action.COURIER, Action.PEER_ADD, Action.LAW_IMPORT},
    Role.OVERSEER: _READS | {Action.UPKEEP_SEE, Action.RESTITUTION_READ, Action.VICTIM_COUNT},
    Role.ADVOCATE: frozenset(
        {
            *_NAMED,
            Action.RESTITUTION_READ,
            Action.VICTIM_ERASE,
            Action.VICTIM_COUNT,
            Action.RIGHTS_KEEP,
        }
    ),
    Role.COUNSELLOR: _HELP,
    Role.TRUSTEE: frozenset(
        {
            *_HELP,
            Action.GUARD_CHANGE,
            Action.HASH_USE,
            Action.HASH_KEEP,
            Action.OFFICE_CHANGE,
            Action.UPKEEP_SEE,
            Action.LOG_READ,
            Action.PEER_LIST,
            Action.PEER_ADD,
        }
    ),
}
"""What each role may do. A person with several roles may do what any of them may.

Counsellors and trustees are officers of a shelter, where nobody has another role, and nobody else has.
So nobody who works a case of a State reads one of a shelter, and nobody of a shelter works a case of a State.
"""

NEEDS_PURPOSE = frozenset(
    {
        Action.CASE_LIST,
        Action.CASE_READ,
        Action.CASE_EXPORT,
        Action.EVIDENCE_OPEN,
        Action.EVIDENCE_DERIVE,
        Action.TRACE_ASK,
        Action.REPORT_READ,
        Action.LOOK_TAKE,
        Action.TAKEDOWN_READ,
        Action.RESTITUTION_READ,
        Action.VICTIM_READ,
    }
)
"""The reads of case material, and questions that tell whom a State suspects: none without a purpose, and none
without a leaf in the national log."""


def is_allowed(actor: Actor, action: Action) -> bool:
    """Tell whether one of the officer's roles opens the action."""
    known = {role.value for role in Role}
    return any(action in ALLOWED[Role(role)] for role in actor.roles if role in known)


def role_for(actor: Actor, action: Action) -> str:
    """Return the first of the officer's roles that opens the action; empty where none does."""
    known = {role.value for role in Role}
    return next((role for role in actor.roles if role in known and action in ALLOWED[Role(role)]), "")


def require_access(
    actor: Actor, action: Action, *, realm: Realm, owner: AuthorityId | None = None, purpose: str = ""
) -> None:
    """Raise unless the officer may do this, on this authority's cases, for this purpose.

    Args:
        actor: Who acts.
        action: What is asked.
        realm: The node's realm; the purpose ``practice`` exists in the practice realm only.
        owner: The authority whose rows are concerned; None where the action concerns no case.
        purpose: One of :class:`Purpose`, where the action needs one.

    Raises:
        DeniedError: ``access.role``, ``access.authority`` or ``access.purpose``.

    Basis: 24(2), 36(1)
    """
    if not is_allowed(actor, action):
        raise DeniedError(
            "access.role",
            f"{actor.officer} has no role that may do {action.value}",
            hint="ask an officer whose role allows it; docs/guide/officer.md has the table",
        )
    if owner is not None and owner != actor.authority:
        raise DeniedError("access.authority", f"{actor.officer} acts for {actor.authority} only")
    if action in NEEDS_PURPOSE:
        _require_purpose(purpose, realm)


def is_advocate(actor: Actor) -> bool:
    """Tell whether an officer is a victims' advocate."""
    return Role.ADVOCATE.value in actor.roles


def only_as_advocate(actor: Actor, action: Action) -> bool:
    """Tell whether nothing but the role of a victims' advocate opens an action to an officer."""
    others = tuple(role for role in actor.roles if role != Role.ADVOCATE.value)
    return is_advocate(actor) and not is_allowed(
        Actor(officer=actor.officer, authority=actor.authority, roles=others), action
    )


def require_named(actor: Actor, named: Collection[str]) -> None:
    """Raise DeniedError ``access.victim`` unless what is said of a victim names the officer, an advocate too.

    Args:
        actor: Who asks.
        named: The officers whom the record names.

    Basis: 34(1), 36(1)
    """
    if str(actor.officer) not in named:
        raise DeniedError(
            "access.victim",
            f"{actor.officer} is not named in what is said of this victim",
            hint="the victims' advocate whom it names names others; a head entrusts it to an advocate",
        )


def _require_purpose(purpose: str, realm: Realm) -> None:
    open_purposes = [p.value for p in Purpose if p is not Purpose.PRACTICE or realm is Realm.PRACTICE]
    if purpose not in open_purposes:
        raise DeniedError(
            "access.purpose",
            f"{purpose[:40]!r} is no purpose for which case material may be read"
            if purpose
            else "no purpose is given",
            hint="state one with --purpose: " + ", ".join(open_purposes),
        )
