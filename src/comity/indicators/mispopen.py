"""What of an event of MISP goes to organisations other than the one that brought it.

Whatever stands inside an event is judged alike, at any depth: attributes, objects, reports, clusters,
notes, proposals. What is not for others goes with everything inside it.

Basis: docs/spec/sharing.md
"""

from collections.abc import Mapping
from typing import Any

from comity.evidence.limits import Onward
from comity.indicators import useterms
from comity.indicators.marks import Tlp, tlp_of_tag
from comity.indicators.mispwire import GROUP, INHERIT, OWN_ONLY, Event
from comity.kernel.clock import Instant, read_instant
from comity.kernel.errors import MalformedError

_NEVER_TOLD = frozenset(
    {"ShadowAttribute", "RelatedEvent", "RelatedAttribute", "Sighting", "event_creator_email"}
)


def for_others(event: Event, *, most: Tlp, at: Instant, brought: bool) -> dict[str, Any] | None:
    """Return an event without what may not go to an organisation with this key; None where nothing may.

    Args:
        event: The event as it is kept.
        most: How far the key lets marks go; red never goes.
        at: Now; what was to be kept until then or shorter is left out.
        brought: Whether a receiver brought it: what it has under limits is then not passed on.
    """
    if event.tlp > most or event.tlp is Tlp.RED or is_ended(event.tags, at):
        return None
    if brought and is_bound(event.tags):
        return None
    hidden = {
        one.uuid
        for one in event.attributes
        if one.tlp > most or one.tlp is Tlp.RED or is_ended(one.tags, at) or (brought and is_bound(one.tags))
    }
    made = _opened(event.raw, most, hidden)
    if "attribute_count" in made:
        count = len(made.get("Attribute") or ())
        count += sum(len(one.get("Attribute") or ()) for one in made.get("Object") or ())
        made["attribute_count"] = str(count)
    return made


def is_ended(tags: tuple[str, ...], at: Instant) -> bool:
    """Tell whether a tag of ours says that something was to be kept until then or shorter.

    A tag that cannot be read counts as an end that has passed.
    """
    own = [tag for tag in tags if tag.startswith(f"{useterms.TAG}retain-until=")]
    if not own:
        return False
    try:
        return read_instant(str(useterms.from_tags(own)["retain_until"])) <= at
    except (MalformedError, ValueError):
        return True


def is_bound(tags: tuple[str, ...]) -> bool:
    """Tell whether tags of ours set limits that do not allow to pass something on; unreadable ones do."""
    own = [tag for tag in tags if tag.startswith(useterms.TAG)]
    if not own:
        return False
    try:
        limits = useterms.read_limits(useterms.from_tags(own))
    except MalformedError:
        return True
    return limits is not None and limits.onward is not Onward.ALLOWED


def _opened(value: Mapping[str, Any], most: Tlp, hidden: set[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, inner in value.items():
        if name in _NEVER_TOLD:
            continue
        if isinstance(inner, dict):
            if _is_open(inner, most):
                made[name] = _opened(inner, most, hidden)
        elif isinstance(inner, list):
            made[name] = [
                _opened(one, most, hidden) if isinstance(one, dict) else one
                for one in inner
                if not isinstance(one, dict) or (_is_open(one, most) and not _is_hidden(name, one, hidden))
            ]
            if name == "Object":
                made[name] = [one for one in made[name] if _is_left(one, inner)]
        else:
            made[name] = inner
    return made


def _is_open(value: Mapping[str, Any], most: Tlp) -> bool:
    """Tell whether a thing inside an event says nothing that keeps it from others."""
    if value.get("local") in (True, 1, "1", "true"):
        return False
    distribution = value.get("distribution")
    if distribution not in (None, ""):
        text = str(distribution)
        if not text.isdigit() or int(text) in (OWN_ONLY, GROUP) or int(text) > INHERIT:
            return False
    tags = value.get("Tag")
    for one in tags if isinstance(tags, list) else ():
        mark = tlp_of_tag(str(one.get("name"))) if isinstance(one, dict) else None
        if mark is not None and (mark > most or mark is Tlp.RED):
            return False
    return True


def _is_hidden(name: str, value: Mapping[str, Any], hidden: set[str]) -> bool:
    return name == "Attribute" and str(value.get("uuid", "")).lower() in hidden


def _is_left(made: Mapping[str, Any], before: list[Any]) -> bool:
    """Tell whether an object still has an attribute, or never had one."""
    if made.get("Attribute"):
        return True
    return not any(
        isinstance(one, dict) and one.get("uuid") == made.get("uuid") and one.get("Attribute")
        for one in before
    )
