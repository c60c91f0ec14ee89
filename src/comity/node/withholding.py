"""What a court file or disclosure is asked to leave out: parts of acts, delivered bags, single exhibits."""

import re
from collections.abc import Iterable, Sequence

from comity.cases.courtcontents import WithheldItem
from comity.cases.wire import SignedAct
from comity.kernel.errors import MalformedError

DELIVER = "evidence.deliver"
LEAST_PREFIX = 8
Item = tuple[str, str | None, int | None]
"""What is withheld: act, name of a part, number of an exhibit; a whole bag has neither of the latter."""

_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def asked(text: str, signed: Sequence[SignedAct]) -> dict[Item, str]:
    """Return what ``ACT=ground``, ``ACT/part=ground`` or ``ACT/NUMBER=ground`` names."""
    named, _, ground = text.partition("=")
    prefix, _, part = named.partition("/")
    acts = [act.act for act in signed if act.act.id.startswith(prefix)] if len(prefix) >= LEAST_PREFIX else []
    number = int(part) if _NUMBER.fullmatch(part) else None
    right = len(acts) == 1 and bool(ground.strip())
    if right and part:
        right = acts[0].kind == DELIVER if number is not None else acts[0].part(part) is not None
    if not right:
        raise MalformedError(
            "court.withhold",
            f"{text[:80]!r} names no part, exhibit or delivery of the case with a ground",
            hint="write ACT/part=ground, ACT/3=ground for exhibit 3, or ACT=ground for a delivered bag",
            where="--withhold",
        )
    return {(acts[0].id, None if number is not None else part or None, number): ground.strip()}


def require_exhibits(numbers: Iterable[int], *, among: int, where: str) -> None:
    """Raise MalformedError ``court.withhold`` for a number that no exhibit of a bag has."""
    wrong = sorted(number for number in numbers if number > among)
    if wrong:
        raise MalformedError(
            "court.withhold",
            f"the delivery has {among} exhibits, and no exhibit {wrong[0]}",
            hint="'comity evidence list' tells the numbers",
            where=where,
        )


def named(item: WithheldItem) -> str:
    """Return what is withheld as it is asked for: an act, or an act and a part or exhibit of it."""
    what = item.part if item.exhibit is None else str(item.exhibit)
    return item.act_id if what is None else f"{item.act_id}/{what}"


def by_place(item: Item) -> tuple[str, str, int]:
    """Return what a list of what is withheld is sorted by."""
    return item[0], item[1] or "", item[2] or 0
