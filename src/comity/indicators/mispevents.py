"""Statements as events in MISP's core format.

Basis: docs/spec/indicators.md
"""

from collections.abc import Sequence
from typing import Any

from comity.indicators import useterms
from comity.indicators.kinds import Kind, hash_name
from comity.indicators.marks import UNMARKED
from comity.indicators.mispwire import INHERIT
from comity.indicators.statements import Indicator, named_uuid
from comity.kernel.clock import SECOND, Instant, format_instant, to_date

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}
_WRITTEN = {
    Kind.IPV4: ("ip-dst", "Network activity"), Kind.IPV6: ("ip-dst", "Network activity"),
    Kind.DOMAIN: ("domain", "Network activity"), Kind.URL: ("url", "Network activity"),
    Kind.EMAIL: ("email", "Payload delivery"), Kind.MUTEX: ("mutex", "Artifacts dropped"),
    Kind.REGISTRY_KEY: ("regkey", "Persistence mechanism"), Kind.BANK_ACCOUNT: ("iban", "Financial fraud"),
    Kind.PHONE: ("phone-number", "Financial fraud"), Kind.USER_ACCOUNT: ("text", "Other"),
    Kind.PAYMENT_ID: ("text", "Other"), Kind.RANSOM_ID: ("text", "Other"),
}  # fmt: skip


def events_of(
    indicators: Sequence[Indicator], *, name: str, info: str, org: str, at: Instant
) -> list[dict[str, Any]]:
    """Return statements as events in MISP's core format, one for each sharing mark.

    A mark of an event holds for all of its attributes; so only statements with the same mark share one.
    """
    levels = sorted({one.tlp for one in indicators})
    return [
        event_of(
            [one for one in indicators if one.tlp is level],
            uuid=named_uuid(f"event {org} {name} {level.label}"),
            info=info,
            org=org,
            at=at,
        )
        for level in levels
    ]


def event_of(
    indicators: Sequence[Indicator], *, uuid: str, info: str, org: str, at: Instant
) -> dict[str, Any]:
    """Return statements with the same mark as one event: marks and limits stand in tags of each attribute."""
    level = max((one.tlp for one in indicators), default=UNMARKED)
    if any(one.tlp is not level for one in indicators):
        raise ValueError("the statements of an event have the same mark")
    return {
        "uuid": uuid,
        "info": info,
        "date": to_date(at).isoformat(),
        "timestamp": str(at // SECOND),
        "publish_timestamp": str(at // SECOND),
        "published": True,
        "analysis": "1",
        "threat_level_id": "2",
        "distribution": "1",
        "Orgc": {"name": org, "uuid": named_uuid(f"identity {org}")},
        "Tag": [{"name": f"tlp:{level.label}"}],
        "Attribute": [attribute_of(one) for one in indicators],
    }


def attribute_of(indicator: Indicator) -> dict[str, Any]:
    """Return a statement as an attribute."""
    kind, category = _written(indicator)
    told: dict[str, Any] = {
        "type": indicator.kind.value,
        "author": indicator.author,
        "confidence": str(indicator.confidence),
        "created": format_instant(indicator.created),
        "modified": format_instant(indicator.modified),
        "valid_from": format_instant(indicator.valid_from),
        **({"valid_until": format_instant(indicator.valid_until)} if indicator.valid_until else {}),
        **({"networks": list(indicator.networks)} if indicator.networks else {}),
        **({"family": indicator.family} if indicator.family else {}),
        **(indicator.retracted.told if indicator.retracted else {}),
        **(useterms.told(indicator.limits) if indicator.limits else {}),
    }
    names = [f"tlp:{indicator.tlp.label}"]
    names += [f"PAP:{indicator.pap.value.upper()}"] if indicator.pap else []
    names += [*useterms.as_tags(told), *indicator.labels]
    return {
        "uuid": indicator.id.partition("--")[2],
        "type": kind,
        "category": category,
        "value": indicator.value,
        "to_ids": indicator.confidence >= 50 and indicator.retracted is None,
        "timestamp": str(indicator.modified // SECOND),
        "comment": indicator.note,
        "distribution": str(INHERIT),
        "deleted": indicator.retracted is not None,
        "disable_correlation": False,
        "Tag": [{"name": name} for name in names],
    }


def _written(indicator: Indicator) -> tuple[str, str]:
    if indicator.kind is Kind.FILE:
        return _HASHES.get(hash_name(indicator.value), "filename"), "Payload delivery"
    if indicator.kind is Kind.WALLET:
        coin = {"bitcoin": "btc", "monero": "xmr", "dash": "dash"}
        name = next((coin[one] for one in indicator.networks if one in coin), "text")
        return name, "Financial fraud" if name != "text" else "Other"
    return _WRITTEN[indicator.kind]
