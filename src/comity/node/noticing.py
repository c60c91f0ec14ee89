"""The noticeboard of this node: its own profile of national law for all peers, and theirs, judged and kept.

A Party states its own law only. What does not hold is not kept; a later version takes the place of an earlier
one, which stays. What is kept is judged again whenever it is used, as of the time at which it was taken in.
"""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from comity.cases.approvals import parse_approval
from comity.cases.ports import Address
from comity.cases.statements import PUBLISH, WITHDRAW, require_stated
from comity.exchange.notices import Notice, notice_value, parse_notice
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import AuthorityId, Fingerprint, parse_authority, party_of
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import parse_payload_type
from comity.kernel.signing import key_id
from comity.law.dual import Answer, side_of
from comity.law.elements import OFFENCES
from comity.law.errors import bad_profile, older_profile, strange_profile
from comity.law.ports import StatedRecord
from comity.law.profiles import Confirmation, Penalty, Profile
from comity.law.profilewire import WHAT, stated_profile
from comity.node.founding import own_root
from comity.node.ports import Transaction
from comity.node.seams import CaseDirectory
from comity.node.workplace import Workplace
from comity.requests.laws import StatedLaw
from comity.requests.matter import LIFE_MONTHS

_AHEAD = 5 * MINUTE
_MOST_STATED = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileBoard:
    """Fulfils the exchange's ``Noticeboard`` with profiles of national law."""

    place: Workplace

    def own(self, tx: Transaction) -> tuple[Notice, Instant] | None:
        """Return the newest version of our own profile, a withdrawal too."""
        record = tx.law.newest_stated(own_root(tx))
        return None if record is None else (notice_of(record), Instant(record.taken_at))

    def take(
        self, tx: Transaction, *, root: Fingerprint, sender: AuthorityId, notice: Notice, now: Instant
    ) -> None:
        """Judge and keep a profile of a peer; notices about anything else are passed over.

        Raises:
            MalformedError: ``law.profile``.
            UntrustedError: ``law.profile_party``, ``signature.…``, ``approval.…``, ``statement.realm``.
            ConflictError: ``law.profile_older``.
        """
        if parse_payload_type(notice.statement.payload_type, where="notice")[0] != WHAT:
            return
        keep_stated(self.place, tx, root=root, notice=notice, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLaws:
    """Fulfils the assessment's ``Laws``: what pinned Parties state of their own law, as far as it holds.

    Attributes:
        tx: Where it is read; None to read it in a transaction of its own when it is asked for.

    Basis: 35(3), 40(8)
    """

    place: Workplace = field(repr=False)
    tx: Transaction | None = field(default=None, repr=False)
    _held: dict[str, Profile | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, party: str, article: int, *, on: date) -> StatedLaw | None:
        """Return what a Party states of an article; None where it states nothing, or speaks of no offence."""
        profile = self._profile(party)
        if profile is None or not profile.is_confirmed or article not in OFFENCES:
            return None
        said, side = _said(profile), side_of(profile, article, on=on)
        # NOTE: a law that asks for more than the article does is met by some conduct only: open, until
        # somebody holds the facts of the case against it.
        asks_more = any(one.facts for one in side.elements.values())
        open_still = side.said.answer is Answer.MET and asks_more
        return StatedLaw(
            party=party,
            answer=Answer.UNCLEAR if open_still else side.said.answer,
            months=None if side.row is None else _months(side.row.most),
            person=said.person,
            authority=said.authority,
            on=said.on,
            profile=profile.id,
        )

    def _profile(self, party: str) -> Profile | None:
        if party not in self._held:
            with nullcontext(self.tx) if self.tx is not None else self.place.store.snapshot() as tx:
                root = next((pin.fingerprint for pin in tx.exchange.pins() if pin.party == party), None)
                self._held[party] = None if root is None else standing_of(self.place, tx, root)
        return self._held[party]


def keep_stated(
    place: Workplace, tx: Transaction, *, root: Fingerprint, notice: Notice, now: Instant
) -> Profile:
    """Judge a version of a Party's profile now, and keep it; the version that is held changes nothing.

    Raises:
        As :meth:`ProfileBoard.take`.
    """
    profile = judged(place, tx, root=root, notice=notice, at=now)
    said = _said(profile)
    if said.at > now + _AHEAD:
        raise bad_profile("it is dated in the future", where="notice")
    held = tx.law.newest_stated(root)
    if held is not None:
        before = notice_of(held)
        if before.id == notice.id:
            return profile
        follows = profile.version != held.version + 1 or profile.supersedes == before.id
        if profile.version <= held.version or not follows:
            raise older_profile(profile.version, held.version)
    tx.law.add_stated(
        StatedRecord(
            root=root, version=profile.version, statement=dump_ijson(notice_value(notice)), taken_at=now
        )
    )
    return profile


def judged(place: Workplace, tx: Transaction, *, root: Fingerprint, notice: Notice, at: Instant) -> Profile:
    """Return what a notice states of the law of the Party, once it all holds at ``at``."""
    party = place.directory.party(tx.exchange, root)
    profile, authority, _ = stated_in(notice, party=party.party)
    directory = CaseDirectory(directory=place.directory, store=tx.exchange)
    require_stated(
        notice,
        by=Address(authority=authority, root=root),
        realm=place.realm,
        kind=kind_of(profile),
        directory=directory,
        at=at,
    )
    keys = directory.act_keys(authority, root, at=at)
    signer = next(key.public for key in keys if notice.statement.is_signed_by(key.public))
    return replace(profile, signed_by=key_id(signer), taken_at=at)


def stated_in(notice: Notice, *, party: str) -> tuple[Profile, AuthorityId, Instant]:
    """Return what a notice of a Party states of its law, by which authority, and when it says it was made.

    Raises:
        MalformedError: ``law.profile``.
        UntrustedError: ``law.profile_party``: it is no statement of that Party on its own law, by a person
            who approved it.
    """
    if parse_payload_type(notice.statement.payload_type, where="notice")[0] != WHAT:
        raise bad_profile("the envelope holds no profile", where="notice")
    profile = stated_profile(notice.statement, where="notice")
    said = _said(profile)
    authority = parse_authority(said.authority, where="/confirmed/authority")
    approvers = [parse_approval(one).officer for one in notice.approvals]
    if profile.country != party or party_of(authority) != party or said.person not in approvers:
        raise strange_profile(profile.country, party)
    return replace(profile, signed_by=_signer(notice)), authority, Instant(said.at)


def kind_of(profile: Profile) -> str:
    """Return which row of the table a statement on the law must meet."""
    return PUBLISH if profile.is_confirmed else WITHDRAW


def stated_profiles(place: Workplace, tx: Transaction) -> tuple[Profile, ...]:
    """Return the newest statement of every pinned Party on its law, as far as it holds."""
    found = (standing_of(place, tx, pin.fingerprint) for pin in tx.exchange.pins())
    return tuple(one for one in found if one is not None)


def standing_of(place: Workplace, tx: Transaction, root: Fingerprint) -> Profile | None:
    """Return the newest statement of a Party on its law; None without one, or where it holds no more."""
    record = tx.law.newest_stated(root)
    if record is None:
        return None
    try:
        return judged(place, tx, root=root, notice=notice_of(record), at=Instant(record.taken_at))
    except UntrustedError:
        return None  # a key behind it was revoked as of then: it is shown as suspect, and not relied on


def notice_of(record: StatedRecord) -> Notice:
    """Return what was kept."""
    return _notice(record.statement)


def _signer(notice: Notice) -> str:
    """Return the one key that the statement says signed it; empty where several do, or none."""
    names = {one.key_id for one in notice.statement.signatures}
    return names.pop() if len(names) == 1 else ""


@lru_cache(maxsize=64)
def _notice(data: bytes) -> Notice:
    return parse_notice(parse_ijson(data, most_bytes=_MOST_STATED, where="profile"), where="profile")


def _said(profile: Profile) -> Confirmation:
    if profile.confirmation is None:
        raise MalformedError("law.profile", "a signed profile names who confirmed it")
    return profile.confirmation


def _months(penalty: Penalty) -> int | None:
    return LIFE_MONTHS if penalty.is_life else penalty.months
