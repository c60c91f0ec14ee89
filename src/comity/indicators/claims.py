"""What says that it speaks for an office: by its name, the id of its identity, or its organisation's UUID.

No file and no receiver is the office, whatever it says: what it never made is not taken as its word.
"""

import unicodedata
from collections.abc import Iterator

from comity.indicators import mispwire
from comity.indicators.statements import Indicator
from comity.indicators.stixwire import EXTENSION, StixObject, identity_id, identity_of
from comity.kernel.clock import Instant

_BARE = frozenset({*identity_of("x"), "object_marking_refs", "lang"})
"""What an identity of the office may say of it in a file: its name, and nothing beside."""


def speaks_as(author: object, office: str) -> bool:
    """Tell whether a name or an id is an office's, in whatever case and width it is written."""
    told = _plain(str(author))
    return told in (_plain(office), identity_id(office))


def object_claims(found: StixObject, office: str) -> bool:
    """Tell whether an object of STIX says that an office made it, or says something of the office itself."""
    value = found.value
    if found.id == identity_id(office):
        return not (set(value) <= _BARE and speaks_as(value.get("name"), office))
    extensions = value.get("extensions")
    told = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    author = told.get("author") if isinstance(told, dict) else None
    return speaks_as(value.get("created_by_ref"), office) or speaks_as(author, office)


def event_claims(event: mispwire.Event, office: str) -> bool:
    """Tell whether an event of MISP says that an office made it."""
    org = event.raw.get("Orgc")
    if not isinstance(org, dict):
        return False
    return speaks_as(org.get("name"), office) or speaks_as(f"identity--{org.get('uuid')}", office)


def statement_claims(event: mispwire.Event, office: str, *, at: Instant) -> Iterator[Indicator]:
    """Yield the statements of an event that say that an office made them."""
    whole = event_claims(event, office)
    for one in mispwire.indicators_of(event, author="", at=at):
        if whole or speaks_as(one.author, office):
            yield one


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
