"""Parties: which codes name a State or organisation, and the practice Parties that name none.

Real Parties are ISO 3166-1 alpha-3 codes and ``EUE``; their names come from the catalogue at the rim.
Practice Parties are ``XAA`` to ``XZZ`` (user-assigned codes); the first three have made-up names.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.ids import PartyCode, is_practice
from comity.kernel.packaged import packaged_bytes

DATA = "data/parties.json"
UNION = PartyCode("EUE")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeParty:
    """A Party of the examples: a made-up State with the languages in which it takes requests.

    Basis: 40(13)
    """

    code: PartyCode
    name: str
    languages: tuple[str, ...]

    def __post_init__(self) -> None:
        if not is_practice(self.code):
            raise ValueError(f"{self.code} is no practice code")
        if not self.languages:
            raise ValueError("a Party takes requests in at least one language")


def is_known(code: PartyCode) -> bool:
    """Tell whether the code names a State of ISO 3166-1, the European Union or a practice Party."""
    return is_practice(code) or code == UNION or code in _data()["iso_3166_1"].split()


def known_codes() -> tuple[PartyCode, ...]:
    """Return the codes of all States of ISO 3166-1, and the European Union, in order."""
    return tuple(sorted((*map(PartyCode, _data()["iso_3166_1"].split()), UNION)))


def practice_party(code: PartyCode) -> PracticeParty:
    """Return a practice Party; one without a name goes by its code, in English.

    Raises:
        ValueError: not a practice code.
    """
    row = _data()["practice"].get(code, {"name": str(code), "languages": ["en"]})
    return PracticeParty(code=code, name=row["name"], languages=tuple(row["languages"]))


@cache
def _data() -> Any:
    return json.loads(packaged_bytes("comity.treaty", DATA))
