"""Bytes of a profile to the profile: a draft as plain JSON, a confirmed one inside a DSSE envelope."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import parse_payload_type
from comity.kernel.signing import Envelope, key_id, parse_envelope
from comity.law.errors import bad_profile, unsigned_profile
from comity.law.profiles import Confirmation, Excess, Profile, Status
from comity.law.rowwire import RowForm, row_form, row_of

WHAT = "law-profile"
"""The kind in the payload type of a confirmed profile."""
MOST_PROFILE = 1 << 20
"""Bytes of a profile."""
_MOST_DEPTH = 8


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
    at: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] = 0


class _Profile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    profile: Literal[1]
    country: str
    language: str
    status: Status
    as_of: date
    holds_from: date
    instruments: dict[str, str]
    articles: list[RowForm]
    excess: list[_Excess] = []
    confirmed: _Confirmation | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    supersedes: Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")] = ""


def read_profile(data: bytes, *, where: str = "") -> Profile:
    """Return the profile in plain JSON, whatever it says of its status; nothing is verified.

    Raises:
        MalformedError: ``law.profile``, which says what is wrong and where.
    """
    try:
        value = parse_ijson(data, most_bytes=MOST_PROFILE, most_depth=_MOST_DEPTH, where=where)
        return _profile(msgspec.convert(value, _Profile))
    except (msgspec.ValidationError, MalformedError, ValueError) as exc:
        raise bad_profile(str(exc), where=where) from exc


def profile_bytes(profile: Profile) -> bytes:
    """Return a profile in plain JSON; :func:`read_profile` reads it back as it was."""
    said = profile.confirmation
    form = _Profile(
        profile=1,
        country=profile.country,
        language=profile.language,
        status=profile.status,
        as_of=profile.as_of,
        holds_from=profile.holds_from,
        instruments=dict(profile.instruments),
        articles=[row_form(row) for _, row in sorted(profile.rows.items())],
        excess=[msgspec.convert(one, _Excess, from_attributes=True) for one in profile.excess],
        confirmed=None if said is None else msgspec.convert(said, _Confirmation, from_attributes=True),
        version=profile.version,
        supersedes=profile.supersedes,
    )
    return dump_ijson(msgspec.to_builtins(form))


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
    return stated_profile(envelope, signed_by=key_id(public), where=where)


def stated_profile(envelope: Envelope, *, signed_by: str = "", where: str = "") -> Profile:
    """Return what an envelope states, confirmed or withdrawn; its signatures are the caller's to judge.

    Raises:
        MalformedError: ``law.profile``; a draft is never signed.
    """
    profile = read_profile(envelope.payload, where=where)
    if profile.confirmation is None:
        raise bad_profile("a signed profile names who confirmed it", where=where)
    return replace(profile, signed_by=signed_by, id=envelope.id)


def profile_envelope(data: bytes, *, where: str = "") -> Envelope:
    """Return the envelope of a confirmed profile; raise MalformedError for anything else."""
    envelope = parse_envelope(
        parse_ijson(data, most_bytes=2 * MOST_PROFILE, most_depth=4, where=where), where=where
    )
    if parse_payload_type(envelope.payload_type, where=where)[0] != WHAT:
        raise bad_profile("the envelope holds no profile", where=where)
    return envelope


def _profile(form: _Profile) -> Profile:
    rows = [row_of(one) for one in form.articles]
    if len({one.article for one in rows}) != len(rows):
        raise ValueError("an article stands twice")
    said = form.confirmed
    return Profile(
        version=form.version,
        supersedes=form.supersedes,
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
        confirmation=None if said is None else Confirmation(**msgspec.structs.asdict(said)),
    )
