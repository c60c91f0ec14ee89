"""Reports of one matter: tied by the same number, digest, account or web address; each tie says what it is.

Addresses of networks tie nothing: many people share one. What ties more reports than ``MOST_TIED`` is told
and ties nothing either, since a film that goes round would make one group of them all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.protection.reports import Report

MOST_TIED = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What two or more reports have in common.

    Attributes:
        on: ``id``, ``digest``, ``account``, ``url`` or ``cluster``.
        what: The number, the beginning of a digest, the account or the address; as an officer may see it.
        reports: Numbers of the reports, sorted.
        common: Whether so many have it that it ties nothing.
    """

    on: str
    what: str
    reports: tuple[int, ...]
    common: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one matter.

    Attributes:
        reports: Numbers, sorted.
        ties: Why they are one group; also what they have in common with too many others.
        sources: How many sources reported it.
    """

    reports: tuple[int, ...]
    ties: tuple[Tie, ...]
    sources: int


def marks_of(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what a report may have in common with others: the kind, and the thing itself."""
    yield "id", f"{report.source.casefold()}\n{report.id}"
    for file in report.files:
        for name, digest in file.prints.exact:
            yield "digest", f"{name}:{digest.hex()}"
        if file.cluster:
            yield "cluster", str(file.cluster)
    for account in report.accounts:
        if account.kind != "name" or account.service:
            yield "account", f"{account.kind}:{account.service.casefold()}:{account.value.casefold()}"
    for url in report.urls:
        yield "url", url.rstrip("/")


def group(reports: Sequence[Report]) -> Mapping[int, Group]:
    """Return the group of each report, by its number."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for report in reports:
        for mark in dict.fromkeys(marks_of(report)):
            holders[mark].append(report.number)
    ties = [
        Tie(on=on, what=_shown(on, what), reports=tuple(sorted(held)), common=len(held) > MOST_TIED)
        for (on, what), held in holders.items()
        if len(held) > 1
    ]
    heads = {one.number: one.number for one in reports}

    def head(number: int) -> int:
        while heads[number] != number:
            heads[number] = heads[heads[number]]
            number = heads[number]
        return number

    for tie in ties:
        if not tie.common:
            for other in tie.reports[1:]:
                one, two = sorted((head(tie.reports[0]), head(other)))
                heads[two] = one
    sources = {one.number: one.source.casefold() for one in reports}
    members: dict[int, list[int]] = defaultdict(list)
    for number in sorted(heads):
        members[head(number)].append(number)
    of_number: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        for number in tie.reports:
            of_number[number].append(tie)
    made: dict[int, Group] = {}
    for held in members.values():
        found = _of(held, of_number)
        whole = Group(reports=tuple(held), ties=found, sources=len({sources[number] for number in held}))
        made |= dict.fromkeys(held, whole)
    return made


def _of(held: Iterable[int], of_number: Mapping[int, list[Tie]]) -> tuple[Tie, ...]:
    found = dict.fromkeys(tie for number in held for tie in of_number.get(number, ()))
    return tuple(sorted(found, key=lambda one: (one.common, one.on, one.what)))


def _shown(on: str, what: str) -> str:
    if on == "id":
        return what.partition("\n")[2]
    if on == "digest":
        name, _, digest = what.partition(":")
        return f"{name}:{digest[:12]}…"
    return " ".join(part for part in what.split(":", 2) if part) if on == "account" else what
