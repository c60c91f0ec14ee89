"""What the victims' desk shows: nothing by which the person is found, unless it is asked for by name."""

from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.protection.victims.records import Needs, Record, Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimView:
    """A victim as lists and the record show them: nothing by which the person is found.

    Attributes:
        has: What the record holds and does not show.
        silent: Stages reached at which nobody said what became of the victim's views.
        views: Stage and how, as recorded.
        measures: Provision and end of each measure of protection.
        takedowns: Takedowns that name the pseudonym: number and state.
        named_in: Acts that left already and name the person: act and place. Such a part can be erased.
        refused: Legal ground and end of each refusal to erase.
        erased: When it was erased, and why; None while it stands.
    """

    number: str
    group: str = ""
    offence: str = ""
    cases: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    person: str = ""
    has: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    measures: tuple[tuple[str, Instant], ...] = ()
    hearings: int = 0
    takedowns: tuple[tuple[int, str], ...] = ()
    named_in: tuple[str, ...] = ()
    refused: tuple[tuple[str, Instant], ...] = ()
    asked: Instant | None = None
    erased: Instant | None = None
    reason: str = ""


def victim_view(
    one: Record | Tombstone, *, takedowns: tuple[tuple[int, str], ...] = (), named_in: tuple[str, ...] = ()
) -> VictimView:
    """Return a record as it is shown."""
    if isinstance(one, Tombstone):
        return VictimView(number=one.number, erased=one.at, reason=one.reason)
    has = [name for name in ("name", "contact", "statement") if getattr(one, name)]
    has += [name for name, there in (("needs", one.needs != Needs()), ("telling", one.told)) if there]
    return VictimView(
        number=one.number,
        group=one.group,
        offence=one.offence,
        cases=one.cases,
        named=one.named,
        person=one.person,
        has=tuple(has),
        stages=one.stages,
        silent=one.silent,
        views=tuple((each.stage, each.how) for each in one.views),
        measures=tuple((each.provision, each.until) for each in one.measures),
        hearings=len(one.hearings),
        takedowns=takedowns,
        named_in=named_in,
        refused=tuple((each.ground, each.until) for each in one.refusals),
        asked=one.asked,
    )
