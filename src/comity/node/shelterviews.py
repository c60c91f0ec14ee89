"""What the desks of a shelter are told, and show: to the person whose case it is, and to officers."""

import re

import msgspec

from comity.protection.pleas import CONSENT, Given

_ONCE = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person asks for who opens a case.

    Attributes:
        pin: Eight digits that the person chose.
        consent: Which words the person agreed to.
        lists: To which lists the fingerprints go.
        likeness: Whether altered copies are to be found too.
        files: The pictures and videos.
        once: 32 hexadecimal digits that the page draws for a case: asked again with the same, as after an
            answer that was lost, it is the same case. Empty for a case each time.
    """

    pin: str
    consent: int = CONSENT
    lists: list[str]
    likeness: bool = True
    files: list[Given]
    once: str = ""

    def __post_init__(self) -> None:
        """Refuse what was not drawn so."""
        if self.once and not _ONCE.fullmatch(self.once):
            raise ValueError("it is not what the page draws")


class More(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Further pictures and videos for a case."""

    number: str
    pin: str
    likeness: bool = True
    files: list[Given]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case that its person looks at."""

    number: str
    pin: str


class Back(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pictures and videos of a case that are taken back; all of them where none is named."""

    number: str
    pin: str
    items: list[int] = []


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A list to which a person may give fingerprints.

    Attributes:
        name: Its name here.
        about: What it is, in words.
        receivers: Who receives it now.
    """

    name: str
    about: str
    receivers: tuple[str, ...]


class ToldView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said became of an image: who, what, when."""

    by: str
    outcome: str
    at: int


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """One picture or video, as its person sees it; no fingerprint is in here.

    Attributes:
        n: Its number in the case.
        video: Whether it is a video.
        tag: By which the person's own device knows the file again.
        since: When it came.
        standing: ``live``, ``paused`` while a person of the shelter looks at it, or ``gone``.
        waiting: Receivers who have not asked since it was taken back.
        told: What became of it, the newest first.
    """

    n: int
    video: bool
    tag: str
    since: int
    standing: str
    waiting: tuple[str, ...] = ()
    told: tuple[ToldView, ...] = ()


class PleaView(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its person sees it."""

    opened: int
    lists: tuple[Offer, ...]
    items: tuple[ItemView, ...]


class OpenedView(msgspec.Struct, frozen=True, kw_only=True):
    """A case that was opened: its number is told this once."""

    number: str


class ReceiverClock(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver of a list, and what it was not told yet.

    Attributes:
        list: Name of the list.
        receiver: Its name.
        since: From when its record holds, and ``until`` when it ended; None while it holds.
        waiting: How much that was taken back it was not told.
        oldest: Since when; None where it was told everything.
        is_late: Whether an alarm rings for it.
    """

    list: str
    receiver: str
    since: int
    until: int | None
    waiting: int
    oldest: int | None
    is_late: bool


class ShelterView(msgspec.Struct, frozen=True, kw_only=True):
    """What officers of a shelter see: counts and clocks, and no case.

    Attributes:
        cases: How many there are.
        lists: The lists that people give to.
        clocks: Their receivers.
        doubted: Entries of which receivers say that they are no such image.
    """

    cases: int
    lists: tuple[Offer, ...]
    clocks: tuple[ReceiverClock, ...]
    doubted: int
