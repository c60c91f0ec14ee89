"""What has moved since a trace was made: the same question, asked of what was taken in later.

First the answer of then is found again from the inputs of then, bit by bit; only then is it compared. Every
difference at an address is told by the payments that were not here then. What they do not explain is told
apart: older payments, taken in later, let the same ones be judged otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.kernel.clock import Instant, format_instant
from comity.kernel.digests import sha256
from comity.kernel.errors import UntrustedError
from comity.tracing.ports import Ledger
from comity.tracing.questions import Asked, Carried
from comity.tracing.trails import Trail, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What an address had in a payment.

    Attributes:
        address: The address; ``fees`` for what went to those who write blocks.
        amount: In the smallest unit.
        taint: How much of that is tainted.
    """

    address: str
    amount: int
    taint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A payment that was not here then and carries taint.

    Attributes:
        tx: Transaction.
        at: When.
        taken: From whom, tainted or seeds only, in order.
        paid: To whom, likewise.
    """

    tx: str
    at: Instant
    taken: tuple[Share, ...]
    paid: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of the taint at an address; ``now = then - went + came + revised``.

    Attributes:
        address: The address.
        then: Tainted units that lay there.
        went: Tainted units that left by payments since.
        came: Tainted units that arrived by payments since.
        now: Tainted units that lie there.
    """

    address: str
    then: int
    went: int
    came: int
    now: int

    @property
    def remains(self) -> int:
        """How much of what lay there lies there still, at most."""
        return min(self.then, self.now)

    @property
    def revised(self) -> int:
        """What no payment since explains: the payments of then are judged otherwise by what is known now."""
        return self.now - self.then + self.went - self.came


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What has moved since.

    Attributes:
        asked: The question, and when it was answered.
        then: The answer of then, found again.
        now: The answer now.
        steps: Payments since that carry taint, in order.
        standings: Addresses where it lay or lies: those from which most went first, then by address.
        digest: SHA-256 over the digests of both answers, and all of this.
    """

    asked: Asked
    then: Trail
    now: Trail
    steps: tuple[Step, ...]
    standings: tuple[Standing, ...]
    digest: str

    @property
    def has_moved(self) -> bool:
        """Whether anything left an address where it lay."""
        return any(one.then and one.went for one in self.standings)

    @property
    def remains(self) -> int:
        """How much lies still where it lay, in sum."""
        return sum(one.remains for one in self.standings)

    @property
    def elsewhere(self) -> int:
        """How much lies where less lay then, in sum."""
        return sum(one.now - one.remains for one in self.standings)


def moved_since(ledger: Ledger, asked: Asked) -> Since:
    """Ask a question again, and tell what has moved since it was answered.

    An answer by poison measures contact: ``then`` and ``now`` are what reached holders hold, and ``revised``
    tells what clean payments changed.

    Args:
        ledger: Where it was asked.
        asked: The question, the digest of the inputs then, and where it is known that of the answer.

    Raises:
        NotFoundError: ``trace.inputs``: the ledger never had these inputs; ``trace.seed``.
        UntrustedError: ``trace.again``: the inputs of then do not give the answer of then.
    """
    question = asked.question
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    with ledger.book.before(asked.inputs) as past:
        then = follow(past, question, visit=lambda address, _held, taint: before.update({address: taint}))
    if asked.trail and then.digest != asked.trail:
        raise UntrustedError(
            "trace.again",
            "the same inputs do not give the same answer",
            hint="the ledger was changed beside the program, or another version reckoned; trace it anew",
            where=asked.trail,
        )
    now = follow(ledger, question, visit=lambda address, _held, taint: after.update({address: taint}))
    carried = ledger.book.carried(question.method, now.seeds, inputs=asked.inputs)
    steps = _steps(ledger, carried)
    standings = _standings(before, after, steps)
    told = [f"then {then.digest}", f"now {now.digest}", f"inputs {asked.inputs}"]
    told += [
        f"{side} {one.tx} {share.address} {share.amount} {share.taint}"
        for one in steps
        for side, shares in (("taken", one.taken), ("paid", one.paid))
        for share in shares
    ]
    digest = sha256("".join(f"{line}\n" for line in told).encode()).hex()
    return Since(asked=asked, then=then, now=now, steps=steps, standings=standings, digest=digest)


def _steps(ledger: Ledger, carried: Iterable[Carried]) -> tuple[Step, ...]:
    by_place = {one.place: one for one in carried}
    made: dict[str, tuple[Instant, dict[str, list[int]], dict[str, list[int]]]] = {}
    for moved in ledger.moved(list(by_place)):
        one = by_place[moved.place]
        _, taken, paid = made.setdefault(moved.tx, (moved.at, {}, {}))
        if moved.source_address:
            _add(taken, moved.source_address, moved.amount, one.taken)
        if moved.target_address:
            _add(paid, moved.target_address, moved.amount, one.paid)
    return tuple(
        Step(tx=tx, at=at, taken=_shares(taken), paid=_shares(paid)) for tx, (at, taken, paid) in made.items()
    )


def _add(shares: dict[str, list[int]], address: str, amount: int, taint: int) -> None:
    held = shares.setdefault(address, [0, 0])
    held[0] += amount
    held[1] += taint


def _shares(found: Mapping[str, list[int]]) -> tuple[Share, ...]:
    return tuple(Share(address=name, amount=held[0], taint=held[1]) for name, held in found.items())


def _standings(
    before: Mapping[str, int], after: Mapping[str, int], steps: Iterable[Step]
) -> tuple[Standing, ...]:
    went: dict[str, int] = {}
    came: dict[str, int] = {}
    for one in steps:
        for shares, sums in ((one.taken, went), (one.paid, came)):
            for share in shares:
                sums[share.address] = sums.get(share.address, 0) + share.taint
    rows = [
        Standing(
            address=address,
            then=before.get(address, 0),
            went=went.get(address, 0),
            came=came.get(address, 0),
            now=after.get(address, 0),
        )
        for address in before.keys() | after.keys() | went.keys() | came.keys()
    ]
    return tuple(
        sorted(
            (one for one in rows if one.then or one.now or one.went or one.came),
            key=lambda one: (-min(one.then, one.went), -one.now, one.address),
        )
    )


def asked_value(asked: Asked) -> dict[str, object]:
    """Return a question that was answered as JSON."""
    question = asked.question
    return {
        "trace": asked.trail,
        "method": question.method.value,
        "seeds": list(question.seeds),
        "since": format_instant(question.since) if question.since is not None else "",
        "until": format_instant(question.until) if question.until is not None else "",
        "inputs": asked.inputs,
        "at": format_instant(asked.at) if asked.at is not None else "",
        "officer": asked.officer,
    }


def since_value(since: Since, *, most: int) -> dict[str, object]:
    """Return it as JSON, with so many payments and addresses; amounts are texts."""
    question = since.asked.question
    return {
        "method": question.method.value,
        "seeds": list(question.seeds),
        "moved": since.has_moved,
        "then": {
            "at": format_instant(since.asked.at) if since.asked.at is not None else "",
            "inputs": since.then.ledger,
            "digest": since.then.digest,
            "created": str(since.then.created),
        },
        "now": {"inputs": since.now.ledger, "digest": since.now.digest, "created": str(since.now.created)},
        "remains": str(since.remains),
        "elsewhere": str(since.elsewhere),
        "payments": len(since.steps),
        "steps": [
            {
                "tx": one.tx,
                "at": format_instant(one.at),
                "taken": [_share_value(share) for share in one.taken],
                "paid": [_share_value(share) for share in one.paid],
            }
            for one in since.steps[:most]
        ],
        "addresses": [
            {
                "address": one.address,
                "then": str(one.then),
                "went": str(one.went),
                "came": str(one.came),
                "now": str(one.now),
                "remains": str(one.remains),
                "revised": str(one.revised),
            }
            for one in since.standings[:most]
        ],
        "digest": since.digest,
    }


def _share_value(share: Share) -> dict[str, str]:
    return {"address": share.address, "amount": str(share.amount), "taint": str(share.taint)}
