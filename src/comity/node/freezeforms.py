"""From an asset to the form of a request: what the trace or the bank told is filled in.

Only what a person knows is asked for, and an earlier form of the same case is taken over whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from comity.kernel.ids import AuthorityId, party_of
from comity.requests.forms import form_of
from comity.requests.kinds import RequestKind
from comity.requests.legalbasis import BasisLine
from comity.tracing.assets import BankedFact, TracedFact
from comity.tracing.frozen import Asset

FREEZING, POLICE, TRACING = "property-freezing", "police-cooperation", "proceeds-tracing"
KINDS = (FREEZING, POLICE, TRACING)
"""Kinds of request that an asset is put into: 50(2), direct contact by 47(1), tracing by 40(3)(j)."""
_LONGEST = 1000
SECRECY_DAYS = 180
"""Days for which a prepared request asks that fact and substance stay confidential. Basis: 40(20)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What only a person knows of the case; what is empty is taken from the base, or stays open.

    Attributes:
        facts: What happened, and why the asset belongs to it.
        offence: Its title.
        provision: Of national law; several are divided by semicolons.
        article: Article of the Convention that it is under; 0 for none.
        years: The highest penalty in years.
        subject: Of the proceeding; the offence where it is empty.
        reference: Of the proceeding.
        issuer: Who issues the request, and who leads the proceeding.
        functions: What that office does in it.
        holder: Who is thought to hold the asset.
        place: Where it is kept: a provider, a town.
        order: Reference of an own order to be executed; empty where the other State takes its own measure.
        order_issuer: The court of that order.
        order_date: ISO 8601.
        criminal: Whether the conduct is criminal there: ``yes``, ``no`` or ``unknown``.
        wanted_by: ISO 8601; tomorrow where it is empty.
    """

    facts: str = ""
    offence: str = ""
    provision: str = ""
    article: int = 0
    years: int = 0
    subject: str = ""
    reference: str = ""
    issuer: str = ""
    functions: str = ""
    holder: str = ""
    place: str = ""
    order: str = ""
    order_issuer: str = ""
    order_date: str = ""
    criminal: str = "unknown"
    wanted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Sentences of the request, made at the rim from what the book of the asset says.

    Attributes:
        language: Their language.
    """

    language: str
    assistance: str
    description: str
    link: str
    purpose: str
    urgency: str
    secrecy: str
    office: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who asks whom, on which basis and day."""

    authority: AuthorityId
    to: str
    basis: Sequence[BasisLine]
    on: date


def form_for(
    asset: Asset, kind: RequestKind, *, brief: Brief, texts: Texts, sender: Sender, base: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the form of a request for an asset.

    Args:
        asset: What is to be frozen.
        kind: One of ``KINDS``.
        brief: What the officer says; it wins over the base.
        texts: Sentences that the trace or the bank's word gives.
        sender: Who asks whom.
        base: An earlier form of the same case, of any kind; of it, the fields that this form has.

    Basis: 50(3), 40(15), 47(1)
    """
    fields = {one.name for one in form_of(kind)}
    made = {name: value for name, value in base.items() if name in fields and name != "items"}
    made |= _authorities(brief, texts, sender, made)
    made |= _matter(brief, texts, made)
    made["items"] = list(_items(asset, kind, brief, texts))
    made["urgency"] = {
        "reason": _text(texts.urgency, texts),
        "wanted_by": brief.wanted_by or (sender.on + timedelta(days=1)).isoformat(),
    }
    made.setdefault(
        "confidentiality",
        {
            "wanted": True,
            "no_user_notification": True,
            "until": (sender.on + timedelta(days=SECRECY_DAYS)).isoformat(),
            "reason": _text(texts.secrecy, texts),
        },
    )
    made.setdefault("undertakings", {"use_limited": True, "onward_only_authorized": True})
    if kind.code == FREEZING:
        made |= _route(brief, made)
    if kind.code == POLICE:
        made |= {"intelligence_only": True, "information_handling": "ask_before_sharing"}
    return {
        "kind": kind.code,
        "version": kind.version,
        **{name: value for name, value in made.items() if name in fields},
    }


def _authorities(brief: Brief, texts: Texts, sender: Sender, base: Mapping[str, Any]) -> dict[str, Any]:
    told, office = base.get("requesting_authority"), texts.office or sender.authority
    made: dict[str, Any] = {
        "requesting_authority": {"name": office, **(told if isinstance(told, dict) else {})}
        | {"id": sender.authority},
        "requested_party": party_of(AuthorityId(sender.to)),
        "transmitted_by": sender.authority,
        "language": texts.language,
        "basis": [
            {"role": one.role, "instrument": one.instrument, "reference": one.reference}
            for one in sender.basis
        ],
    }
    if brief.issuer:
        made["issued_by"] = {
            "name": brief.issuer,
            **({"functions": brief.functions} if brief.functions else {}),
        }
        made["conducting_authority"] = {"name": brief.issuer, "functions": brief.functions}
    if brief.reference:
        made["reference"] = brief.reference
    return made


def _matter(brief: Brief, texts: Texts, base: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if brief.facts:
        made["facts"] = _text(brief.facts, texts)
    if brief.offence:
        made["offences"] = [_offence(brief)]
    elif isinstance(base.get("offences"), list):
        made["offences"] = [
            {"criminal_in_requested": brief.criminal, **one}
            for one in base["offences"]
            if isinstance(one, dict)
        ]
    if brief.subject or brief.offence:
        made["proceeding"] = {
            "subject": _text(brief.subject or brief.offence, texts),
            "nature": "investigation",
            **({"reference": brief.reference} if brief.reference else {}),
        }
    made["assistance"] = _text(texts.assistance, texts)
    if "purpose" not in base or brief.offence:
        made["purpose"] = _text(texts.purpose, texts)
    return made


def _offence(brief: Brief) -> dict[str, Any]:
    return {
        "title": brief.offence,
        "provisions": [one.strip() for one in brief.provision.split(";") if one.strip()],
        "maximum_penalty": {"years": brief.years, "months": 0},
        "criminal_in_requested": brief.criminal,
        **({"convention_article": brief.article} if brief.article else {}),
    }


def _route(brief: Brief, base: Mapping[str, Any]) -> dict[str, Any]:
    if brief.order:
        order = {"issuer": brief.order_issuer, "date": brief.order_date, "reference": brief.order}
        return {"route": "foreign_order", "order": order}
    return {} if base.get("route") else {"route": "own_measure"}


def _items(asset: Asset, kind: RequestKind, brief: Brief, texts: Texts) -> Sequence[dict[str, Any]]:
    """Return one item for the asset; its addresses stand in the identifier, as far as there is room."""
    opening = asset.opening
    item: dict[str, Any] = {"id": asset.name[:32], "description": _text(texts.description, texts)}
    if kind.code == POLICE:
        identity = ", ".join(opening.addresses) if isinstance(opening, TracedFact) else opening.account
        return [
            item
            | {"enquiry": "proceeds", "identity": identity[:_LONGEST]}
            | ({"whereabouts": brief.place} if brief.place else {})
        ]
    item |= _property(asset, brief)
    item["link"] = _text(texts.link, texts)
    if kind.code == FREEZING:
        item["measures"] = ["identify", "freeze"]
        item["freeze_grounds"] = _text(opening.words, texts)
    known = {
        one.name for field in form_of(kind) if field.name == "items" and field.of for one in field.of.fields
    }
    return [{name: value for name, value in item.items() if name in known}]


def _property(asset: Asset, brief: Brief) -> dict[str, Any]:
    opening = asset.opening
    made: dict[str, Any] = {
        "value": asset.digits(asset.clock.remaining),
        "currency": asset.unit[:16],
    }
    if isinstance(opening, BankedFact):
        made |= {"property_type": "bank_account", "identifier": f"{opening.account}, {opening.bank}"}
        holder, place = brief.holder or opening.holder, brief.place or opening.place or opening.bank
    else:
        network = f"{opening.network} {opening.asset}".strip()
        made |= {
            "property_type": "virtual_asset",
            "identifier": f"{', '.join(opening.addresses)} ({network})"[:_LONGEST],
        }
        holder, place = brief.holder, brief.place
    return made | {name: value for name, value in (("holder", holder), ("place", place)) if value}


def _text(words: str, texts: Texts) -> dict[str, str]:
    return {"text": words, "language": texts.language}


NO_BASE: Mapping[str, Any] = MappingProxyType({})
