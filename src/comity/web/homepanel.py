"""The step at home that an act stands for, as the form of the act shows it."""

from dataclasses import dataclass

from comity.node.views import RequestView
from comity.requests.kinds import kind_of_mechanism
from comity.requests.procedure import STEP_OF_ACT
from comity.requests.sheets import SheetStep
from comity.web.visits import Visit
from comity.web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePanel:
    """What the sheet says of one step.

    Attributes:
        rows: Names and values, in the language of the reader.
    """

    head: str
    rows: tuple[tuple[str, str], ...]


def home_panel(visit: Visit, kind: str, request: RequestView | None) -> HomePanel | None:
    """Return the step of the own sheet for an act on a received request; None where there is none."""
    desks, words = visit.toolbox.desks, visit.words
    step = STEP_OF_ACT.get(kind)
    asked = kind_of_mechanism(request.mechanism) if request is not None else None
    if step is None or asked is None or request is None or request.to != visit.actor.authority:
        return None
    own = desks.info.party
    kept = desks.sheets.find(own)
    measure = kept.sheet.measure(asked.code) if kept is not None else None
    row = measure.step(step) if measure is not None else None
    if kept is None or row is None:
        return None
    sheet = kept.sheet
    head = words.say("home.sheet", party=sheet.party, version=sheet.version, since=sheet.since.isoformat())
    return HomePanel(head=head, rows=step_rows(words, row))


def step_rows(words: Words, row: SheetStep) -> tuple[tuple[str, str], ...]:
    """Return what a sheet says of a step, names and values, in the language of the reader."""
    found = [
        (words.say("home.office"), row.office_in(words.language)),
        (words.say("home.decided_by"), words.label("decider", row.decided_by.value)),
        (words.say("home.provision"), row.provision),
    ]
    if row.limit is not None:
        limit = words.say(
            "home.due",
            count=row.limit.count,
            unit=f"web.home.unit.{row.limit.unit.value}",
            since=f"web.home.since.{row.limit.since}",
        )
        found.append((words.say("home.limit"), limit))
    found += [
        (words.say(f"home.{name}"), ", ".join(words.label("person", one.value) for one in people))
        for name, people in (("heard", row.heard), ("told", row.told))
        if people
    ]
    for one in row.remedies:
        who, effect = words.label("person", one.who.value), words.label("suspends", one.suspends.value)
        found.append((words.say("home.remedy"), f"{who}: {one.provision}; {effect}"))
    return tuple(found)
