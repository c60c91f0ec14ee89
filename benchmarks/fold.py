"""A case of 1,000 acts folded: four shapes of it, each with a receipt for every act.

Acts and receipts are shuffled anew for each round, since they are folded in whatever order they came.

    python -m benchmarks.fold [--acts 1000] [--rounds 7] [--json]
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.cases.acts import Act, ActDraft, PartRef, parse_act
from comity.cases.fold import fold
from comity.cases.kinds import KINDS
from comity.cases.ports import Address, ReceiptRecord
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.kernel.realms import Realm

MOST_MILLISECONDS = 100.0
T0 = Instant(1_790_000_000 * SECOND)
ASKING, ASKED = (
    Address(authority=AuthorityId(f"{party}/contact-point"), root=Fingerprint(sha256(party.encode()).hex()))
    for party in ("XAA", "XAB")
)
ITEMS = ("1", "2", "3")


@dataclass
class Writer:
    """Writes the acts of one case, one after another, and the receipts of those who store them.

    Attributes:
        lag: How many acts of the other side an author has not seen yet when it writes.
    """

    lag: int = 0
    acts: list[Act] = field(default_factory=list)
    receipts: list[ReceiptRecord] = field(default_factory=list)
    stored: dict[Address, ActId] = field(default_factory=dict)

    def write(self, me: Address, kind: str, body: dict[str, Any]) -> Act:
        """Return the next act of one side, which the other one stores at once or a few acts later."""
        mine = [act for act in self.acts if act.sender == me]
        theirs = [act for act in self.acts if act.sender != me]
        known = theirs[: len(theirs) - self.lag] or theirs[:1]
        last = mine[-1] if mine else None
        new = known[-1:] if known and (last is None or known[-1].id not in last.seen) else []
        names = KINDS[kind].needs
        act = parse_act(
            ActDraft(
                realm=Realm.PRACTICE,
                kind=kind,
                case=CaseId(self.acts[0].id) if self.acts else None,
                sender=me,
                to=ASKED if me == ASKING else ASKING,
                seq=last.seq + 1 if last else 1,
                prev_own=last.id if last else None,
                seen=tuple(one.id for one in new),
                at=Instant(T0 + len(self.acts) * SECOND),
                body=body,
                parts=tuple(PartRef(name=n, media="application/json", digest="4" * 64) for n in names),
                nonce=None if self.acts else bytes(16),
            ).envelope()
        )
        self.acts.append(act)
        if known and known[-1].id != self.stored.get(me):
            self._receipt(me, theirs, known[-1], last.seq if last else 0)
        return act

    def _receipt(self, me: Address, theirs: list[Act], newest: Act, own_last_seq: int) -> None:
        """Write the receipts for what one side has stored since its last act."""
        for act in reversed(theirs[: newest.seq]):
            if act.id == self.stored.get(me):
                break
            self.receipts.append(
                ReceiptRecord(
                    authority=ASKING.authority,
                    case=act.case,
                    act_id=act.id,
                    act_seq=act.seq,
                    signer=me,
                    at=act.at,
                    your_last_seq=act.seq,
                    own_last_seq=own_last_seq,
                    pending=None,
                    result="stored",
                    code="",
                    receipt=b"",
                )
            )
        self.stored[me] = newest.id

    def ask(self, kind: str, mechanism: str) -> ActId:
        """Write a request for three items and return its id."""
        basis = [{"role": "main", "instrument": "un-cybercrime", "article": mechanism}]
        asked = {
            "mechanism": mechanism,
            "instrument": "un-cybercrime",
            "basis": basis,
            "class": "A",
            "items": list(ITEMS),
            "urgent": False,
            "confidential_until": None,
            "preservation": None,
        }
        return self.write(ASKING, kind, {"request": asked}).id


def talk(writer: Writer, request: ActId) -> Iterator[Act]:
    """Yield the acts of a long conversation on one preservation request, without an end."""
    about, now = {"request": request, "items": list(ITEMS)}, int(T0)
    yield writer.write(ASKED, "request.accept", about)
    yield writer.write(ASKED, "order.record", about | {"from": now, "until": now + 90 * DAY})
    held = [{"id": item, "state": "held"} for item in ITEMS]
    effect = {"request": request, "t0": now, "expires": now + 90 * DAY, "items": held}
    yield writer.write(ASKED, "preservation.effect", effect)
    day = 0
    while True:
        day += 1
        until = now + (90 + day) * DAY
        yield writer.write(ASKING, "preservation.extend", {"request": request, "until": until})
        yield writer.write(ASKED, "preservation.extend", {"request": request, "until": until})
        question = writer.write(ASKED, "request.clarify", {"request": request, "fields": ["/items/0"]})
        yield question
        yield writer.write(ASKING, "request.answer", {"request": request, "clarify": question.id})
        yield writer.write(ASKED, "order.record", about | {"from": now, "until": until})
        recalled = writer.write(ASKING, "case.consult", {"request": request, "about": "refusal"})
        yield recalled
        yield writer.write(ASKING, "act.recall", {"act": recalled.id})
        yield writer.write(ASKED, "preservation.effect", effect | {"expires": until})


def crossing(writer: Writer, request: ActId) -> Iterator[Act]:
    """Yield the acts on one request that is decided and carried out while it is withdrawn."""
    about, now = {"request": request, "items": list(ITEMS)}, int(T0)
    held = [{"id": item, "state": "held"} for item in ITEMS]
    consult = {"request": request, "about": "refusal"}
    yield writer.write(ASKING, "case.consult", consult)
    yield writer.write(ASKED, "request.accept", about)
    yield writer.write(ASKED, "order.record", about | {"from": now, "until": now + 90 * DAY})
    effect = {"request": request, "t0": now, "expires": now + 90 * DAY, "items": held}
    yield writer.write(ASKED, "preservation.effect", effect)
    yield writer.write(ASKING, "request.withdraw", about)
    yield writer.write(ASKED, "preservation.extend", {"request": request, "until": now + 120 * DAY})
    yield writer.write(ASKED, "request.clarify", {"request": request, "fields": ["/items/0"]})
    yield writer.write(ASKING, "case.consult", consult)
    yield writer.write(ASKED, "preservation.release", {"request": request})


def case_of(shape: str, acts: int) -> Writer:
    """Return a case of so many acts.

    Args:
        shape: ``one``: one request talked about for years; ``many``: a request in every ten acts;
            ``crossing``: as many requests, each withdrawn while it is carried out; ``late``: as ``one``,
            each side a hundred acts behind the other.
        acts: How many.
    """
    writer = Writer(lag={"crossing": 1, "late": 100}.get(shape, 0))
    request = writer.ask("preservation.request", "42(1)")
    story = crossing if shape == "crossing" else talk
    going = story(writer, request)
    while len(writer.acts) < acts:
        if shape in ("many", "crossing") and len(writer.acts) % 10 == 0:
            going = story(writer, writer.ask("preservation.request", "42(1)"))
        next(going)
    return writer


def milliseconds(case: Writer, rounds: int) -> float:
    """Return the median time of a fold on a processor, so that what else runs does not count."""
    order, found = random.Random(1), []
    for _ in range(rounds):
        acts, receipts = list(case.acts), list(case.receipts)
        order.shuffle(acts)
        order.shuffle(receipts)
        began = time.process_time()
        fold(acts, receipts)
        found.append(time.process_time() - began)
    return statistics.median(found) * 1e3


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when the slowest shape is within the bound."""
    parser = argparse.ArgumentParser(prog="benchmarks.fold", description=__doc__.split("\n")[0])
    parser.add_argument("--acts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    shapes = ("one", "many", "crossing", "late")
    found = {shape: round(milliseconds(case_of(shape, chosen.acts), chosen.rounds), 1) for shape in shapes}
    slowest = max(found.values())
    if chosen.json:
        print(json.dumps({"acts": chosen.acts, "milliseconds": found, "slowest": slowest}))
    else:
        print(f"fold of a case of {chosen.acts} acts, median of {chosen.rounds}")
        for shape, spent in found.items():
            print(f"  {shape:<10} {spent:8.1f} ms   (at most {MOST_MILLISECONDS:.0f})")
    return 0 if slowest <= MOST_MILLISECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
