"""What a verdict tells of a court file beside its exhibits: time stamps, and what became of packages."""

from dataclasses import dataclass

from comity.kernel.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownToken:
    """A time stamp in a court file: over which digest, its time, and whether its maker is trusted."""

    digest: str
    at: Instant
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChain:
    """What became of a package in a court file: how many events there are, and which is the last."""

    bag_root: str
    events: int
    last: str
