"""The label of a package: where it belongs, who sealed it, and the handling and limits of what is in it."""

from dataclasses import dataclass

from comity.evidence.exhibits import display_text
from comity.evidence.handling import Handling
from comity.evidence.limits import Limits
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, CaseId, is_practice, party_of
from comity.kernel.realms import Realm

MOST_LEFT_OUT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A link or special file that was left out on purpose.

    Attributes:
        path: Path below the source, as bytes.
        reason: ``symlink``, ``fifo``, ``socket``, ``device`` or ``other``.
    """

    path: bytes
    reason: str

    @property
    def display(self) -> str:
        """The path in characters that are safe to show."""
        return display_text(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLabel:
    """The first line of ``exhibits.jsonl``.

    Attributes:
        realm: Practice or live; the two never mix.
        case: Case the package belongs to; None for a loose bag, which is never released.
        authority: Who seals.
        sealed_at: When sealing began.
        handling: Class of every exhibit that does not say otherwise.
        limits: What may be done with them.
        left_out: What the sources held beside regular files.

    Basis: PROTOCOL rules 16, 21, 25
    """

    realm: Realm
    case: CaseId | None
    authority: AuthorityId
    sealed_at: Instant
    handling: Handling
    limits: Limits
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        if is_practice(party_of(self.authority)) != (self.realm is Realm.PRACTICE):
            raise ValueError("practice authorities seal practice packages, and no others")
        if len(self.left_out) > MOST_LEFT_OUT:
            raise ValueError(f"a label names at most {MOST_LEFT_OUT} files that were left out")
