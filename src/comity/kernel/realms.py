"""Practice and live never mix: the realm stands in every payload type, key, origin and label."""

import re
from enum import StrEnum

from comity.kernel.errors import MalformedError


class Realm(StrEnum):
    """Whether a statement is a drill between practice Parties or a real act of a State."""

    LIVE = "live"
    PRACTICE = "practice"


_TYPE = re.compile(
    r"application/vnd\.comity\.([a-z-]+)\.v([1-9][0-9]*)\+json;realm=(live|practice)", re.ASCII
)


def payload_type(what: str, realm: Realm, *, version: int = 1) -> str:
    """Return a statement's media type, e.g. ``application/vnd.comity.act.v1+json;realm=practice``."""
    return f"application/vnd.comity.{what}.v{version}+json;realm={realm.value}"


def parse_payload_type(text: str, *, where: str = "") -> tuple[str, int, Realm]:
    """Return class, version and realm of a payload type; raise MalformedError for any other text."""
    match = _TYPE.fullmatch(text)
    if match is None:
        raise MalformedError(
            "payload.type", f"{text[:80]!r} is not a payload type of this protocol", where=where
        )
    return match[1], int(match[2]), Realm(match[3])
