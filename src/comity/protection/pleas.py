"""Cases of people who ask a shelter for help: what is kept of one, and what is asked for it.

A person keeps the image. The shelter keeps which fingerprints are the person's, a hash of a PIN, and nothing
that tells who it is. A case is found by its number, which is told once and kept by nobody but the person.

Basis: 34(2), 34(3), 34(6); docs/spec/safe.md
"""

import re
from enum import StrEnum
from itertools import pairwise

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import MATCHABLE, Fingerprints
from comity.protection.ports import CheckDigits
from comity.protection.shelves import VICTIM, Entry, Medium, State, Vote
from comity.protection.stopncii import place_of

NUMBER_DIGITS, PIN_DIGITS = 16, 8
MOST_FILES, MOST_FRAMES = 100, 120
MOST_LISTS = 32
CONSENT = 1
"""Which words people agreed to; another number for other words."""
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


class Outcome(StrEnum):
    """What became of an image somewhere, as the person is told it."""

    LOOKING = "looking"
    BLOCKED = "blocked"
    NOT_BLOCKED = "not_blocked"
    ASKED = "asked"
    REMOVED = "removed"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    AGAIN = "again"
    RESTORED = "restored"


_SAID = {
    "PendingReview": Outcome.LOOKING,
    "Blocked": Outcome.BLOCKED,
    "NotBlocked": Outcome.NOT_BLOCKED,
    **{one.value: one for one in Outcome},
}


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One picture or video, as the page tells it: digits, and nothing else.

    Attributes:
        video: Whether it is a video.
        md5: 32 hexadecimal digits, and ``sha256`` 64, of the whole file.
        pdq: 64 hexadecimal digits each: of a picture at most one, of a video one for each frame kept.
        quality: Of each of those, 0 to 100.
    """

    video: bool
    md5: str
    sha256: str
    pdq: list[str] = []
    quality: list[int] = []

    def __post_init__(self) -> None:
        """Refuse whatever is no fingerprint."""
        most = MOST_FRAMES if self.video else 1
        texts = ((self.md5, 32), (self.sha256, 64), *((one, 64) for one in self.pdq))
        if (
            any(len(text) != size or not _HEX.fullmatch(text) for text, size in texts)
            or len(self.pdq) > most
            or len(self.pdq) != len(self.quality)
            or any(not 0 <= one <= 100 for one in self.quality)
        ):
            raise ValueError("it is no fingerprint")


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One picture or video of a case.

    Attributes:
        n: Its number in the case, from 1.
        video: Whether it is a video.
        tag: The first eight digits of its SHA-256: enough for the person's own device to know the file again.
        places: Ids of its entries in the lists.
        since: When it came.
        gone: When it was taken back; None while it stands.
    """

    n: int
    video: bool
    tag: str
    places: tuple[str, ...]
    since: Instant
    gone: Instant | None = None


class Plea(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case, as it is sealed.

    Attributes:
        pin: A slow hash of the PIN.
        opened: When it was opened.
        consent: Which words the person agreed to.
        lists: The lists that the person chose.
        items: The pictures and videos.
    """

    pin: bytes
    opened: Instant
    consent: int
    lists: tuple[str, ...]
    items: tuple[Item, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether everything was taken back."""
        return all(one.gone is not None for one in self.items)


def draw_number(entropy: Entropy, *, checks: CheckDigits) -> str:
    """Return a new case number: fifteen digits that nobody can guess, and the check digit of H. M. Damm."""
    return number_of(entropy.bytes(16), checks=checks)


def number_of(drawn: bytes, *, checks: CheckDigits) -> str:
    """Return sixteen bytes that nobody can guess as a case number."""
    value = int.from_bytes(drawn, "big") % 10 ** (NUMBER_DIGITS - 1)
    digits = f"{value:0{NUMBER_DIGITS - 1}d}"
    return digits + checks.damm(digits)


def is_number(text: str, *, checks: CheckDigits) -> bool:
    """Tell whether a text could be a case number: one wrong digit, or two neighbours swapped, is seen.

    The check digit is that of H. M. Damm.
    """
    return len(text) == NUMBER_DIGITS and bool(_DIGITS.fullmatch(text)) and checks.damm(text) == "0"


def require_pin(text: str) -> bytes:
    """Return a PIN of eight digits that is not the first that somebody would try.

    Raises:
        MalformedError: ``shelter.pin``.
    """
    digits = [int(one) for one in text] if len(text) == PIN_DIGITS and _DIGITS.fullmatch(text) else []
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    if len(steps) < 2 or len(set(digits)) < 3:
        raise MalformedError(
            "shelter.pin",
            "a PIN has eight digits, not in a row and not all alike",
            hint="take the one that the page proposes",
            where="pin",
        )
    return text.encode("ascii")


def entries_of(given: Given, *, likeness: bool, now: Instant) -> tuple[Entry, ...]:
    """Return the entries of a picture or video, each once.

    Args:
        given: Its fingerprints.
        likeness: Whether altered copies are to be found too; else the same bytes only.
        now: When it came.
    """
    md5, sha256 = bytes.fromhex(given.md5), bytes.fromhex(given.sha256)
    exact = place_of("VideoMD5", given.md5) if given.video else f"sha256:{given.sha256}"
    medium = Medium.VIDEO if given.video else Medium.IMAGE
    found = [(exact, medium, Fingerprints(md5=md5, sha256=sha256))]
    if likeness:
        found += [
            (place_of("ImagePDQ", text), Medium.IMAGE, Fingerprints(pdq=bytes.fromhex(text), quality=quality))
            for text, quality in zip(given.pdq, given.quality, strict=True)
            if quality >= MATCHABLE
        ]
    made = {
        place: Entry(id=place, medium=kind, prints=prints, category="intimate.adult", since=now, bar=VICTIM)
        for place, kind, prints in found
    }
    return tuple(made.values())


def joined(known: Entry | None, fresh: Entry) -> Entry:
    """Return an entry with one more case that names it; one that was taken back begins anew."""
    if known is None or known.prints.is_empty:
        return fresh
    ours = {number for number, _ in fresh.cases}
    others = tuple(one for one in known.cases if one[0] not in ours)
    return msgspec.structs.replace(known, cases=(*others, *fresh.cases))


def left(known: Entry, handle: str) -> Entry:
    """Return an entry that one case no longer names; without any case nothing of it is left."""
    others = tuple(one for one in known.cases if one[0] != handle)
    return msgspec.structs.replace(known, cases=others) if others else known.withdrawn()


def outcome_of(vote: Vote) -> Outcome | None:
    """Return what a person is told of what a receiver said; None for what is none of their concern."""
    return _SAID.get(vote.reason)


def standing(states: set[State]) -> str:
    """Return where a picture stands: ``live``, ``paused`` while a person looks at it, or ``gone``."""
    if not states or states == {State.WITHDRAWN}:
        return "gone"
    return "paused" if State.DISPUTED in states else "live"
