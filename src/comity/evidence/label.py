"""The label of a package: where it belongs, who sealed it, and the handling and limits of what is in it."""

from dataclasses import dataclass

from comity.evidence.exhibits import display_text
from comity.evidence.handling import Handling
from comity.evidence.limits import Limits
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.ids import AuthorityId, CaseId, is_practice, party_of
from comity.kernel.realms import Realm

MOST_LEFT_OUT = 10_000
MOST_PARENTS = 10_000
MOST_OPERATION = 2000


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
class Parent:
    """An exhibit from which others were made; it stays what it is.

    Attributes:
        bag_root: Package that holds it.
        number: Its number there.
        sha256: Its digest.
    """

    bag_root: str
    number: int
    sha256: str

    def __post_init__(self) -> None:
        parse_digest(self.bag_root)
        parse_digest(self.sha256)
        if self.number < 1:
            raise ValueError("exhibits are numbered from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How the exhibits of a package were made from others.

    Attributes:
        operation: What was done, in words.
        redacted: Whether something was taken out or made unreadable.
        parents: The exhibits it was done to, each once, at least one.
        tool: With what; empty where no tool was used.
        tool_version: Its version.
    """

    operation: str
    redacted: bool
    parents: tuple[Parent, ...]
    tool: str = ""
    tool_version: str = ""

    def __post_init__(self) -> None:
        texts = (self.operation, self.tool, self.tool_version)
        if not self.operation.strip() or any(len(text) > MOST_OPERATION for text in texts):
            raise ValueError(f"an operation is told in 1 to {MOST_OPERATION} characters")
        if not 1 <= len(set(self.parents)) == len(self.parents) <= MOST_PARENTS:
            raise ValueError(f"1 to {MOST_PARENTS} parents, each once")


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
        derived: How its exhibits were made from others; None where they are originals.

    Basis: PROTOCOL rules 16, 21, 25
    """

    realm: Realm
    case: CaseId | None
    authority: AuthorityId
    sealed_at: Instant
    handling: Handling
    limits: Limits
    left_out: tuple[LeftOut, ...] = ()
    derived: Derivation | None = None

    def __post_init__(self) -> None:
        if is_practice(party_of(self.authority)) != (self.realm is Realm.PRACTICE):
            raise ValueError("practice authorities seal practice packages, and no others")
        if len(self.left_out) > MOST_LEFT_OUT:
            raise ValueError(f"a label names at most {MOST_LEFT_OUT} files that were left out")
