"""Names of offices and what they are: short, visible and one line, since other States read them."""

import re
from collections.abc import Sequence

from comity.kernel.errors import MalformedError

MOST_NAME = 200
_ROLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_MOST_ROLE = 64
_MOST_ROLES = 16


def require_name(text: str, *, where: str = "--name") -> str:
    """Return a name without the blanks around it.

    Raises:
        MalformedError: ``name.empty``, ``name.size`` for more than 200 characters, ``name.characters``
            for a line break, another character nobody sees, or bytes that are not UTF-8.
    """
    name = text.strip()
    if not name:
        raise MalformedError("name.empty", "a name has at least one letter", where=where)
    if len(name) > MOST_NAME:
        raise MalformedError("name.size", f"a name has at most {MOST_NAME} characters", where=where)
    if not all(character == " " or character.isprintable() for character in name):
        raise MalformedError(
            "name.characters",
            "the name holds a line break, another unseen character or bytes that are not UTF-8",
            hint="write it in one line, in any script",
            where=where,
        )
    return name


def require_office_roles(roles: Sequence[str], *, where: str = "--role") -> tuple[str, ...]:
    """Return what an office is, each once.

    Raises:
        MalformedError: ``authority.role``: not lower-case words such as ``central-authority``.
    """
    found = tuple(dict.fromkeys(roles))
    if len(found) > _MOST_ROLES:
        raise MalformedError("authority.role", f"an office has at most {_MOST_ROLES} roles", where=where)
    for role in found:
        if len(role) > _MOST_ROLE or not _ROLE.fullmatch(role):
            raise MalformedError(
                "authority.role",
                f"{role[:70]!r} does not say what an office is",
                hint="use lower-case words such as contact-point, central-authority or court",
                where=where,
            )
    return found
