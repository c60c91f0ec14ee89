"""Bytes of a profile to the profile: a draft as plain JSON, a confirmed one inside a DSSE envelope."""

from dataclasses import replace
from datetime import date
from typing import Literal

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson, require_depth
from comity.kernel.realms import parse_payload_type
from comity.kernel.signing import Envelope, key_id, parse_envelope
from comity.law.errors import bad_profile, unsigned_profile
from comity.law.profiles import (
    Cited,
    Confirmation,
    Coverage,
    Excess,
    Implements,
    Meeting,
    Penalty,
    Profile,
    Row,
    Safeguards,
    Status,
)

WHAT = "law-profile"
"""The kind in the payload type of a confirmed profile."""
MOST_PROFILE = 1 << 20
"""Bytes of a profile."""
_MOST_DEPTH = 8


class _Meeting(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    coverage: Coverage
    only_if: tuple[str, ...] = ()
    sure_if: tuple[str, ...] = ()
    not_if: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    wider: bool = False
    note: str = ""


class _Cited(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    instrument: str
    section: str
    rank: Literal["primary", "secondary"]
    most_months: int | None = None
    aggravated_months: int | None = None
    life: bool = False
    aggravated_life: bool = False


class _Safeguards(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    orders: tuple[Literal["judge", "prosecutor", "police", "minister"], ...]
    review: Literal["prior", "later", "none", "unknown"]
    grounds: Literal["yes", "no", "unknown"]
    limits: Literal["yes", "no", "unknown"]
    remedy: Literal["yes", "no", "unknown"]
    note: str = ""


class _Row(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    article: int
    implements: Implements
    sureness: Literal["high", "medium", "low"]
    provisions: list[_Cited]
    elements: dict[str, Coverage | _Meeting]
    incomplete: bool = False
    safeguards: _Safeguards | None = None
    note: str = ""


class _Excess(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    instrument: str
    section: str
    right: Literal["expression", "privacy", "assembly", "security_research", "other"]
    note: str = ""


class _Confirmation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    person: str
    office: str
    authority: str
    on: date


class _Profile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    profile: Literal[1]
    country: str
    language: str
    status: Status
    as_of: date
    holds_from: date
    instruments: dict[str, str]
    articles: list[_Row]
    excess: list[_Excess] = []
    confirmed: _Confirmation | None = None


_DECODER = msgspec.json.Decoder(_Profile)


def read_profile(data: bytes, *, where: str = "") -> Profile:
    """Return the profile in plain JSON, whatever it says of its status; nothing is verified.

    Raises:
        MalformedError: ``law.profile``, which says what is wrong and where.
    """
    if len(data) > MOST_PROFILE:
        raise bad_profile(f"longer than {MOST_PROFILE} bytes", where=where)
    try:
        require_depth(data, most_depth=_MOST_DEPTH, where=where)
        return _profile(_DECODER.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, MalformedError, ValueError) as exc:
        raise bad_profile(str(exc), where=where) from exc


def read_confirmed(data: bytes, *, public: bytes, where: str = "") -> Profile:
    """Return a confirmed profile whose signature holds under a key that the reader trusts.

    Args:
        data: A DSSE envelope in JSON.
        public: Public key of the authority.
        where: File, for the error.

    Raises:
        MalformedError: ``law.profile``.
        UntrustedError: ``law.profile_unsigned`` where the signature does not hold.
    """
    envelope = profile_envelope(data, where=where)
    if not envelope.is_signed_by(public):
        raise unsigned_profile(key_id(public), where=where)
    profile = read_profile(envelope.payload, where=where)
    if not profile.is_confirmed:
        raise bad_profile("a signed profile names who confirmed it", where=where)
    return replace(profile, signed_by=key_id(public))


def profile_envelope(data: bytes, *, where: str = "") -> Envelope:
    """Return the envelope of a confirmed profile; raise MalformedError for anything else."""
    envelope = parse_envelope(
        parse_ijson(data, most_bytes=2 * MOST_PROFILE, most_depth=4, where=where), where=where
    )
    if parse_payload_type(envelope.payload_type, where=where)[0] != WHAT:
        raise bad_profile("the envelope holds no profile", where=where)
    return envelope


def _profile(form: _Profile) -> Profile:
    rows = [_row(one) for one in form.articles]
    if len({one.article for one in rows}) != len(rows):
        raise ValueError("an article stands twice")
    said = form.confirmed
    return Profile(
        country=form.country,
        language=form.language,
        status=form.status,
        as_of=form.as_of,
        holds_from=form.holds_from,
        instruments=form.instruments,
        rows={one.article: one for one in rows},
        excess=tuple(
            Excess(instrument=one.instrument, section=one.section, right=one.right, note=one.note)
            for one in form.excess
        ),
        confirmation=None
        if said is None
        else Confirmation(person=said.person, office=said.office, authority=said.authority, on=said.on),
    )


def _row(form: _Row) -> Row:
    guards = form.safeguards
    return Row(
        article=form.article,
        implements=form.implements,
        sureness=form.sureness,
        is_incomplete=form.incomplete,
        provisions=tuple(_cited(one) for one in form.provisions),
        elements={name: _meeting(one) for name, one in form.elements.items()},
        safeguards=None
        if guards is None
        else Safeguards(
            orders=guards.orders,
            review=guards.review,
            grounds=guards.grounds,
            limits=guards.limits,
            remedy=guards.remedy,
            note=guards.note,
        ),
        note=form.note,
    )


def _cited(form: _Cited) -> Cited:
    return Cited(
        instrument=form.instrument,
        section=form.section,
        is_primary=form.rank == "primary",
        most=Penalty(months=form.most_months, is_life=form.life),
        aggravated=Penalty(months=form.aggravated_months, is_life=form.aggravated_life),
    )


def _meeting(form: Coverage | _Meeting) -> Meeting:
    if isinstance(form, Coverage):
        return Meeting(coverage=form)
    return Meeting(
        coverage=form.coverage,
        only_if=form.only_if,
        sure_if=form.sure_if,
        not_if=form.not_if,
        covers=form.covers,
        is_wider=form.wider,
        note=form.note,
    )
