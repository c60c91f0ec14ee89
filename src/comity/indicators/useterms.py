"""Use limits of the Convention as they travel with an object: in an extension, in tags, in columns."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from comity.evidence.limits import AtEnd, Limits, Onward
from comity.indicators.errors import bad_form
from comity.kernel.clock import Instant, format_instant, read_instant

TAG = "comity:"
FIELDS = (
    "purpose",
    "basis",
    "proceedings",
    "onward",
    "confidential_until",
    "retain_until",
    "at_end",
    "conditions",
)
_LISTS = frozenset({"basis", "proceedings", "conditions"})


def told(limits: Limits) -> dict[str, Any]:
    """Return limits as texts and lists of texts, without what is empty."""
    until = limits.confidential_until
    made: dict[str, Any] = {
        "purpose": limits.purpose,
        "basis": list(limits.basis),
        "proceedings": list(limits.proceedings),
        "onward": limits.onward.value,
        "confidential_until": "" if until is None else format_instant(until),
        "retain_until": format_instant(limits.retain_until),
        "at_end": limits.at_end.value,
        "conditions": list(limits.conditions),
    }
    return {name: value for name, value in made.items() if value}


def read_limits(value: Mapping[str, Any], *, where: str = "") -> Limits | None:
    """Return the limits of what :func:`told` wrote; None where none of its fields is there.

    Raises:
        MalformedError: ``indicators.form``: a limit that cannot be read is never dropped.
    """
    if not any(value.get(name) for name in FIELDS):
        return None
    try:
        secret = value.get("confidential_until")
        return Limits(
            purpose=_text(value["purpose"]),
            basis=_texts(value["basis"]),
            proceedings=_texts(value.get("proceedings", ())),
            onward=Onward(value.get("onward", Onward.CONSENT.value)),
            confidential_until=_instant(secret) if secret else None,
            retain_until=_instant(value["retain_until"]),
            at_end=AtEnd(value.get("at_end", AtEnd.RETURN.value)),
            conditions=_texts(value.get("conditions", ())),
        )
    except (KeyError, ValueError, TypeError) as exc:
        raise bad_form("use limits that cannot be read", where=where) from exc


def as_tags(fields: Mapping[str, Any]) -> list[str]:
    """Return fields as machine tags: ``comity:basis="44(1)"``, one for each text of a list."""
    made = []
    for name, value in fields.items():
        texts = value if isinstance(value, list | tuple) else (value,)
        made += [f"{TAG}{name.replace('_', '-')}={json.dumps(text, ensure_ascii=False)}" for text in texts]
    return made


def from_tags(tags: Iterable[str], *, where: str = "") -> dict[str, Any]:
    """Return the fields of machine tags that :func:`as_tags` wrote; other tags are left.

    Raises:
        MalformedError: ``indicators.form`` for a tag of ours that cannot be read.
    """
    found: dict[str, Any] = {}
    for tag in tags:
        if not tag.startswith(TAG):
            continue
        name, equals, text = tag.removeprefix(TAG).partition("=")
        name = name.replace("-", "_")
        try:
            value = _text(json.loads(text))
        except ValueError as exc:
            raise bad_form(f"the tag {tag[:80]!r} cannot be read", where=where) from exc
        if not equals:
            raise bad_form(f"the tag {tag[:80]!r} cannot be read", where=where)
        if name in _LISTS or name == "networks":
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _instant(text: object) -> Instant:
    return read_instant(_text(text))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is meant")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("a list of texts is meant")
    return tuple(_text(one) for one in value)
