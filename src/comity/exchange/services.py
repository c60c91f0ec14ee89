"""Services: what an office takes, in which languages and forms, by which channels, and when it is open.

They stand beside the keys of the office in the signed Party entry. Kinds of request and instruments are codes
whose meaning this room does not know.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import msgspec

from comity.exchange.terms import ChannelTaken, SignatureAsked
from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import MalformedError

DAY_MINUTES = 24 * 60

Zones = Callable[[str], tuple[tuple[Instant, int], ...]]
"""Returns from when on a zone is how many seconds ahead of UTC; MalformedError ``zone.unknown``."""

_Code = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+([._-][a-z0-9]+)*\Z", max_length=64)]
_Codes = Annotated[tuple[_Code, ...], msgspec.Meta(max_length=64)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Tongue = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")]
_Tongues = Annotated[tuple[_Tongue, ...], msgspec.Meta(max_length=32)]
_Minute = Annotated[int, msgspec.Meta(ge=0, le=DAY_MINUTES)]
_Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=366)]


class OpenHours(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody is there: days of the week (Monday is 1) and minutes of the day, the end not included."""

    days: Annotated[tuple[_Weekday, ...], msgspec.Meta(min_length=1, max_length=7)]
    opens: _Minute
    closes: _Minute


class ContactPoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a person reaches a person.

    Attributes:
        name: What to ask for: a desk, never a person.
        telephone: In international form; empty for none.
        mail: Address for mail; nothing that comes from it is believed because of it.
        languages: Spoken there.
        zone: Time zone of the hours.
        hours: When; empty for always.
    """

    name: _Text
    telephone: Annotated[str, msgspec.Meta(pattern=r"\A(\+[0-9 ]{3,30})?\Z")] = ""
    mail: Annotated[str, msgspec.Meta(max_length=200)] = ""
    languages: _Tongues = ()
    zone: _Text = "UTC"
    hours: Annotated[tuple[OpenHours, ...], msgspec.Meta(max_length=14)] = ()

    def is_open(self, at: Instant, *, zones: Zones) -> bool:
        """Tell whether somebody is there at an instant."""
        return _is_open(self.hours, self.zone, at, zones)


class FormRequirement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a request needs beside the signature of a node, so that it can be carried out.

    Attributes:
        kinds: Kinds that it is about; empty for all.
        instruments: Instruments; empty for all.
        signature: ``node`` is enough, ``qualified`` electronic signature, or on ``paper``.
        original_days: Within how many days of receipt a paper original must come; None for none.
        seal: Whether the request bears the seal of the authority.
        certification: Whether copies are certified.
        apostille: Whether documents bear an apostille.

    Basis: 40(13), 40(32)
    """

    kinds: _Codes = ()
    instruments: _Codes = ()
    signature: _Code = SignatureAsked.NODE.value
    original_days: _Days | None = None
    seal: bool = False
    certification: bool = False
    apostille: bool = False

    def is_about(self, kind: str, instrument: str) -> bool:
        """Tell whether it is about a kind under an instrument."""
        return (not self.kinds or kind in self.kinds) and (
            not self.instruments or instrument in self.instruments
        )


class UrgentRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an office takes when it is urgent.

    Attributes:
        channels: By which channels.
        languages: In which languages, beside those it takes always.
        confirm_days: Within how many days the full request must follow; None for no limit.

    Basis: 40(13), 41(2)
    """

    channels: _Codes = ()
    languages: _Tongues = ()
    confirm_days: _Days | None = None


class LawfulHolder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That an office may hold child-abuse material under its law; nobody else is sent any.

    Basis: PROTOCOL rule 25
    """

    provision: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    purposes: _Codes = ()


class Service(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an office does for other Parties.

    Attributes:
        kinds: Kinds of request that it takes; empty for those of its office types.
        instruments: Instruments under which it takes them; empty for all.
        territories: Codes of the territories it is competent for; empty for the whole Party.
        languages: In which it takes requests; empty where it says nothing.
        zone: Time zone of its hours.
        hours: When it works; empty for always.
        contacts: How a person reaches a person.
        forms: What a request needs beside the node's signature.
        channels: By which a request may come; empty where it says nothing.
        urgent: What it takes when it is urgent.
        lawful_holder: Whether it may hold child-abuse material.
    """

    kinds: _Codes = ()
    instruments: _Codes = ()
    territories: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"\A[A-Z0-9]{2,3}(-[A-Z0-9]{1,6})?\Z")], ...],
        msgspec.Meta(max_length=256),
    ] = ()
    languages: _Tongues = ()
    zone: _Text = "UTC"
    hours: Annotated[tuple[OpenHours, ...], msgspec.Meta(max_length=14)] = ()
    contacts: Annotated[tuple[ContactPoint, ...], msgspec.Meta(max_length=32)] = ()
    forms: Annotated[tuple[FormRequirement, ...], msgspec.Meta(max_length=32)] = ()
    channels: Annotated[tuple[_Code, ...], msgspec.Meta(max_length=16)] = ()
    urgent: UrgentRule | None = None
    lawful_holder: LawfulHolder | None = None

    def is_open(self, at: Instant, *, zones: Zones) -> bool:
        """Tell whether the office works at an instant."""
        return _is_open(self.hours, self.zone, at, zones)

    @property
    def is_always_open(self) -> bool:
        """Tell whether it says that somebody is there at any hour."""
        return not self.hours

    def form_for(self, kind: str, instrument: str) -> FormRequirement | None:
        """Return the first requirement that is about a kind under an instrument."""
        return next((one for one in self.forms if one.is_about(kind, instrument)), None)


def parse_service(value: object, *, where: str) -> Service:
    """Return a service from a parsed JSON object.

    Raises:
        MalformedError: ``service.form``.
    """
    try:
        return msgspec.convert(value, Service, strict=True)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "service.form",
            f"this does not say what an office does: {exc}",
            hint="docs/spec/directory.md lists the members of a service",
            where=where,
        ) from exc


def require_service(service: Service, *, zones: Zones, where: str) -> None:
    """Hold a service that is to be published against what this version knows.

    Raises:
        MalformedError: ``service.channel``, ``service.signature``, ``service.hours`` or ``zone.unknown``.
    """
    channels = {*service.channels, *(service.urgent.channels if service.urgent else ())}
    if strange := sorted(channels - {known.value for known in ChannelTaken}):
        raise MalformedError(
            "service.channel",
            f"{strange[0]!r} is no channel",
            hint="channels are " + ", ".join(ChannelTaken),
            where=where,
        )
    if any(one.signature not in set(SignatureAsked) for one in service.forms):
        raise MalformedError("service.signature", "a signature is node, qualified or paper", where=where)
    spans = (*service.hours, *(span for contact in service.contacts for span in contact.hours))
    if any(span.closes <= span.opens for span in spans):
        raise MalformedError("service.hours", "hours end before they begin", where=where)
    for zone in {service.zone, *(contact.zone for contact in service.contacts)} - {"UTC"}:
        zones(zone)


def _is_open(hours: tuple[OpenHours, ...], zone: str, at: Instant, zones: Zones) -> bool:
    if not hours:
        return True
    offsets = zones(zone) if zone != "UTC" else ()
    place = bisect_right(offsets, at, key=lambda pair: pair[0])
    seconds = offsets[max(place - 1, 0)][1] if offsets else 0
    moment = to_datetime(at) + timedelta(seconds=seconds)
    minute = moment.hour * 60 + moment.minute
    return any(moment.isoweekday() in span.days and span.opens <= minute < span.closes for span in hours)
