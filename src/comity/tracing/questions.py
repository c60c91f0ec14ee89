"""What is asked of a ledger, and asked again of what came later."""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.secrets import require_keyless
from comity.tracing.taint import Method

MOST_SEEDS = 1000


def method_of(text: str) -> Method:
    """Return a method by its name; raise MalformedError ``trace.method``."""
    if text not in list(Method):
        raise MalformedError(
            "trace.method", "no such method", hint="methods are " + ", ".join(Method), where="method"
        )
    return Method(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is followed.

    Attributes:
        method: How.
        seeds: Where it begins: TXID, TXID:N, or an address that receives.
        since: Payments to seeds before this are clean; None for all.
        until: Payments to seeds at or after this are clean; None for all.
    """

    method: Method
    seeds: tuple[str, ...]
    since: Instant | None = None
    until: Instant | None = None

    def __post_init__(self) -> None:
        """Refuse a question without a beginning, and one that begins at a private key."""
        if not 1 <= len(self.seeds) <= MOST_SEEDS:
            raise MalformedError("trace.seeds", f"a trace begins at 1 to {MOST_SEEDS} seeds", where="seed")
        require_keyless(self.seeds, where="seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was answered once, so that it can be asked again of what came later.

    Attributes:
        question: What was asked.
        inputs: Digest of the inputs then.
        trail: Digest of the answer then; empty where it is not known.
        at: When.
        officer: By whom.
    """

    question: Question
    inputs: str
    trail: str = ""
    at: Instant | None = None
    officer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A move that carried taint.

    Attributes:
        place: Its place among all.
        taken: Tainted units that it took from its source.
        paid: Tainted units that arrived: more than it took where it is itself a seed.
    """

    place: int
    taken: int
    paid: int


def inputs_digest(*, network: str, asset: str, model: str, files: Iterable[str]) -> str:
    """Return the digest of inputs: files in any order give the same.

    Args:
        network: Which chain.
        asset: Which asset of it.
        model: ``outputs`` or ``accounts``.
        files: SHA-256 of each file.
    """
    lines = (network, asset, model, *sorted(files))
    return sha256("".join(f"{line}\n" for line in lines).encode()).hex()
