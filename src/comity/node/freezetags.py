"""What a freeze is told when a tag of its addresses is retracted: a line of its book, and a task.

A book never rests on a tag, yet whoever began it saw those that stood; so a person says whether the measure
stands. Nothing is lifted by itself.

Basis: 24(1)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from comity.kernel.clock import Instant
from comity.node.assetbooks import add_line, asset_names, book_of
from comity.node.freezelane import owe_weighing
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.assets import MOST_KEYS, Line, TracedFact, UntaggedFact, parse_fact
from comity.tracing.tags import Gone

GoneOf = Callable[[Iterable[str]], Sequence[Gone]]
"""Tells which tags of some addresses were retracted."""
_MOST_WHY = 1000
_MOST_TAGS = 32


def tell_freezes(place: Workplace, actor: Actor, gone_of: GoneOf, *, only: str = "") -> tuple[str, ...]:
    """Tell the books of an office of every retraction that they do not know yet; return their names.

    Whatever was retracted is compared with every book, so the next telling makes up for one that was cut off.

    Args:
        place: The node.
        actor: By whose hand the office learnt of it.
        gone_of: The retracted tags.
        only: Name of one asset; all where it is empty.
    """
    names, now = [], place.clock.now()
    with place.store.transaction() as tx:
        for name in (only,) if only else asset_names(tx, actor.authority):
            lines = book_of(tx, actor.authority, name)
            for fact in _new(lines, gone_of, now=now):
                made = add_line(tx, actor.authority, name, fact, officer=actor.officer, now=now)
                owe_weighing(tx, actor.authority, name, made.number, at=now)
                place.journal.decision(
                    tx, actor, action="freeze.untagged", about=f"{name}/{made.number}", at=now
                )
                names.append(name)
    return tuple(dict.fromkeys(names))


def _new(lines: Sequence[Line], gone_of: GoneOf, *, now: Instant) -> Iterator[UntaggedFact]:
    """Yield a line for each retraction of what stood when the book was begun, unless it has one."""
    opening = lines[0].fact
    if not isinstance(opening, TracedFact) or not opening.tags:
        return
    known = {key for line in lines if isinstance(line.fact, UntaggedFact) for key in line.fact.keys}
    fresh: dict[tuple[int, str, str], list[Gone]] = {}
    for one in gone_of(opening.addresses):
        stood = one.tag.told in opening.tags and one.at >= lines[0].recorded_at
        if stood and one.tag.key not in known:
            fresh.setdefault((min(one.at, now), one.why, one.by), []).append(one)
    for (at, why, by), found in sorted(fresh.items()):
        for start in range(0, len(found), MOST_KEYS):
            yield _line(found[start : start + MOST_KEYS], at=at, why=why, by=by)


def _line(found: Sequence[Gone], *, at: int, why: str, by: str) -> UntaggedFact:
    made = parse_fact(
        {
            "fact": "untagged",
            "at": at,
            "tags": tuple(dict.fromkeys(one.tag.told for one in found))[:_MOST_TAGS],
            "keys": tuple(one.tag.key for one in found),
            "why": why[:_MOST_WHY] or "-",
            "by": by[:200] or "-",
        }
    )
    assert isinstance(made, UntaggedFact)
    return made
