"""Codes of States as others write them: two letters or three, in either case."""

from collections.abc import Mapping
from functools import cache

import msgspec

from comity.kernel.ids import PartyCode
from comity.kernel.packaged import packaged_bytes
from comity.treaty.parties import is_known

_TOPS = {"UK": "GBR", "AC": "SHN"}
"""Endings of names that are no code of ISO 3166-1."""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    v: int
    source: str
    codes: list[str]


@cache
def _pairs() -> Mapping[str, str]:
    file = msgspec.json.decode(packaged_bytes("comity.protection", "data/states.json"), type=_File)
    return dict(pair.split("=", 1) for line in file.codes for pair in line.split())


def state_of(text: str) -> str:
    """Return the three letters of a State, from two or three; empty for what is none."""
    code = text.strip().upper()
    if len(code) == 2:
        return _pairs().get(code, "")
    return code if len(code) == 3 and code.isascii() and code.isalpha() and is_known(PartyCode(code)) else ""


def state_of_top(label: str) -> str:
    """Return the State whose ending a label of two letters is; empty for any other."""
    upper = label.upper()
    return _TOPS.get(upper) or (_pairs().get(upper, "") if len(upper) == 2 else "")
