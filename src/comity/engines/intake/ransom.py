"""What a ransom note says of itself: the victim's number, the ending of its files, the names of notes.

A number by which gangs know a victim stands behind words that are much the same in every note. It is told
only where such words stand before it, and never from a text that has no other word of a ransom in it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from comity.indicators.kinds import Kind

_NOTE = re.compile(
    rb"(?i:decrypt|encrypted|ransom|\.onion|tor browser|your files|your network|stolen data|"
    rb"chiffr\xc3\xa9s|d\xc3\xa9chiffr|cifrados|descifrar|verschl\xc3\xbcsselt|"
    rb"\xd8\xaa\xd8\xb4\xd9\x81\xd9\x8a\xd8\xb1|\xe5\x8a\xa0\xe5\xaf\x86|\xe8\xa7\xa3\xe5\xaf\x86|"
    rb"\xd0\xb7\xd0\xb0\xd1\x88\xd0\xb8\xd1\x84\xd1\x80|\xd1\x80\xd0\xb0\xd1\x81\xd1\x88\xd0\xb8\xd1\x84)"
)
_NUMBER = re.compile(
    rb"(?i:\b(?:(?:your|personal|victim|client|unique|decryption|company|chat|login|user|machine|network)"
    rb"[ \t_-]{1,3}){1,3}(?:id|identifier|key|code|token)\b)"
    rb"[ \t]*(?:is)?[ \t]*[:=\-]?[ \t]*(?:\r?\n[ \t]*){0,2}[\"'\[(<{-]{0,3}"
    rb"(?P<at>[0-9A-Za-z](?:[0-9A-Za-z_-]{6,510})[0-9A-Za-z])"
)
_ENDING = re.compile(
    rb"(?i:\bextensions?\b[^\n.]{0,40}?|"
    rb"\bfiles?[ \t]+(?:now[ \t]+)?(?:have|has|end(?:ing)?|with)\b[^\n.]{0,40}?)"
    rb"[\"'`*(\[]{0,2}(?P<at>\.[0-9A-Za-z_-]{2,24})(?![0-9A-Za-z_.-]*[@/])"
)
_USUAL = frozenset(
    b".exe .dll .zip .rar .doc .docx .xls .xlsx .pdf .jpg .png .txt .html .htm .com .org .net .onion".split()
)
_DIGIT = re.compile(rb"[0-9]")


class Mark(NamedTuple):
    """Something that a note says of itself."""

    kind: Kind
    value: str
    start: int
    length: int
    sure: int
    remarks: tuple[str, ...]


def ransom_marks(data: bytes) -> Iterator[Mark]:
    """Yield numbers of victims and endings of files; nothing of a text that is no ransom note."""
    if not _NOTE.search(data):
        return
    for match in _NUMBER.finditer(data):
        found = match["at"]
        if len(found) >= 8 and _DIGIT.search(found):
            start = match.start("at")
            yield Mark(Kind.RANSOM_ID, found.decode("ascii"), start, len(found), 75, ("negotiation",))
    for match in _ENDING.finditer(data):
        found = match["at"].rstrip(b"-_")
        if found.lower() not in _USUAL:
            start = match.start("at")
            yield Mark(Kind.FILE, f"*{found.decode('ascii')}", start, len(found), 60, ("extension",))
