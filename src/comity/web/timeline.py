"""Acts of a case in plain sentences, each with its paragraph, who approved it and whether it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from comity.kernel.clock import Instant
from comity.kernel.ids import party_of
from comity.node.talkviews import AttestationView
from comity.node.views import ActView, CaseView
from comity.web.talkforms import FIELDS
from comity.web.words import Words, plain, whole
from comity.wording.custodymarks import custody_text
from comity.wording.lanes import event_text

_TIMES = ("from", "t0", "until", "expires", "confidential_until")
_CHOICES = (
    "use",
    "bears",
    "risk",
    "points_away",
    "result",
    "what",
    "medium",
    "why",
    "step",
    "channel",
    "form",
)
_CODES = {code for fields in FIELDS.values() for field in fields for code in field.options}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act as a reader sees it.

    Attributes:
        details: Names and values of what its skeleton says.
        arrival: ``stored``, ``refused`` or ``queued``; ``attested`` for what needs no receipt of a node.
        mark: How it stands, for what one side alone attests; empty otherwise.
    """

    act: ActView
    sentence: str
    details: tuple[tuple[str, str | Markup], ...]
    arrival: str
    mark: str = ""

    @property
    def at(self) -> Instant:
        """When the act was written."""
        return self.act.at


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEntry:
    """What a fast lane did, or what became of a package, as a reader sees it; no act."""

    at: Instant
    sentence: str
    act: None = None


def story(case: CaseView, words: Words) -> tuple[Entry | LaneEntry, ...]:
    """Return the acts of a case in their order; between them, by time, what the lanes did, and custody."""
    lanes = [
        LaneEntry(at=one.at, sentence=event_text(one, language=words.language, clean=plain))
        for one in case.lane_events
    ]
    lanes += [
        LaneEntry(at=one.at, sentence=custody_text(one, language=words.language, clean=plain))
        for one in case.custody
    ]
    lanes.sort(key=lambda one: one.at)
    told: list[Entry | LaneEntry] = []
    for one in entries(case.acts, words):
        while lanes and lanes[0].at < one.at:
            told.append(lanes.pop(0))
        told.append(one)
    return (*told, *lanes)


def entries(acts: tuple[ActView, ...], words: Words) -> tuple[Entry, ...]:
    """Return the acts of a case in their order."""
    return tuple(entry(act, words) for act in acts)


def entry(act: ActView, words: Words) -> Entry:
    """Return one act; a kind that this software does not know is told by its name."""
    if act.attested is not None:
        return _attested(act, act.attested, words)
    known = words.known(f"web.timeline.{act.kind}")
    sentence = words.say(
        f"timeline.{act.kind}" if known else "timeline.unknown",
        sender=party_of(act.sender),
        to=", ".join(party_of(one) for one in act.to),
        **({} if known else {"kind": act.kind}),
    )
    return Entry(
        act=act,
        sentence=sentence,
        details=tuple(details(act.body, words)),
        arrival=act.receipt_result or "queued",
    )


def _attested(act: ActView, one: AttestationView, words: Words) -> Entry:
    """Return what one side attests of the other: the sentence of what came, marked, and how it came."""
    inner = act.body.get("body")
    sentence = words.say(
        f"timeline.{one.kind}" if words.known(f"web.timeline.{one.kind}") else "timeline.unknown",
        sender=party_of(one.of),
        to=party_of(act.sender),
        **({} if words.known(f"web.timeline.{one.kind}") else {"kind": one.kind}),
    )
    found: list[tuple[str, str | Markup]] = [
        (words.say("talk.channel"), words.label("talk", one.channel)),
        (words.say("talk.at"), words.moment(one.at)),
        (words.say("talk.checked"), words.label("talk", one.checked)),
    ]
    if one.reference:
        found.append((words.say("talk.reference"), whole(one.reference)))
    if one.scan:
        found.append((words.say("talk.scan"), whole(one.scan)))
    found += details(inner if isinstance(inner, dict) else {}, words)
    return Entry(
        act=act,
        sentence=sentence,
        details=tuple(found),
        arrival=act.receipt_result or "queued",
        mark=words.label("talk", one.status),
    )


def details(body: Mapping[str, object], words: Words) -> list[tuple[str, str | Markup]]:
    """Return what a skeleton says, as names and values."""
    inner = body.get("request")
    said: Mapping[str, object] = inner if isinstance(inner, dict) else body
    found: list[tuple[str, str | Markup]] = []
    if items := _items(said.get("items"), words):
        found.append((words.say("detail.items"), items))
    if isinstance(ground := said.get("ground"), str):
        found.append((words.say("detail.ground"), words.label("ground", ground)))
    if isinstance(outcome := said.get("outcome"), str):
        found.append((words.say("detail.outcome"), words.label("web.outcome", outcome)))
    if isinstance(about := said.get("about"), str):
        found.append((words.say("detail.about"), words.label("web.about", about)))
    found += [
        (words.say(f"detail.{name}"), words.moment(value))
        for name in _TIMES
        if isinstance(value := said.get(name), int)
    ]
    for name in ("conditions", "assurances"):
        if isinstance(codes := said.get(name), list) and codes and str(codes[0]) in _CODES:
            found.append((words.say(f"talk.{name}"), words.listed([words.label("talk", c) for c in codes])))
    found += [
        (words.say(f"talk.{name}"), words.label("talk", value))
        for name in _CHOICES
        if isinstance(value := said.get(name), str)
    ]
    if said.get("urgent") is True:
        found.append((words.say("detail.urgent"), words.label("choice", "yes")))
    if isinstance(root := said.get("bag_root"), str):
        found.append((words.say("detail.bag_root"), whole(root)))
    return found


def _items(items: object, words: Words) -> Markup | None:
    if not isinstance(items, list) or not items:
        return None
    shown: list[Markup] = []
    for item in items[:256]:
        if isinstance(item, dict):
            state = str(item.get("state", item.get("result", "")))
            family = "item" if "result" in item else "web.effect"
            shown.append(Markup("{}: {}").format(whole(str(item.get("id", ""))), words.label(family, state)))
        else:
            shown.append(whole(str(item)))
    return words.listed(shown)
