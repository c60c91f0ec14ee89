"""The acts of a scenario: facts become acts of two practice offices that see everything at once.

They are folded like any other, so a scenario runs by the rules of a node and by no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from comity.cases import attested, conversation, teamacts
from comity.cases.acts import NONCE_SIZE, Act, ActDraft, PartRef, parse_act
from comity.cases.dates import ORIGINAL, GivenDate
from comity.cases.kinds import KINDS, OFFER, REQUEST_KINDS, Sender, parse_body
from comity.cases.ports import Address, ReceiptRecord
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, PartyCode, is_practice
from comity.kernel.realms import Realm
from comity.requests.scenario import Fact, moment, unfit

_MECHANISMS = {
    "preservation.request": "42(1)",
    "data.request": "44(1)",
    "assistance.request": "40(1)",
    "cooperation.request": "48",
    "police.request": "47(1)",
    "information.offer": "40(4)",
}
_OFFICE, _DIGEST = "office", "0" * 64
_HELD, _DONE = ("held", "not_held", "partly"), ("executed", "partly", "no_data")
_TALKED = frozenset(row.name for row in conversation.ROWS) | {"original.confirm"}
_APART = frozenset(row.name for row in (*attested.ROWS, *teamacts.ROWS))
_LEFT_OUT = frozenset({"act.recall", "part.erase", "request.forward", "evidence.hand"}) | _APART
_TIMES = ("until", "expected", "known_since", "at")
_NAMED = (
    *("ask", "offer", "proposal", "warning", "received", "correction", "breach", "consult", "execution"),
    "consultation",
)
SPOKEN = tuple(kind for kind in KINDS if kind not in _LEFT_OUT)
"""The kinds of acts that a scenario may have as facts."""


@dataclass
class Rehearsal:
    """One case of a scenario as it grows, fact by fact.

    Attributes:
        acts: So far, in the order of their times.
        receipts: Of them, each with its own time, which may lie ahead.
        dates: That requests gave.
        names: Of requests, questions and decisions, to the acts they became.
    """

    case: str
    requesting: str
    requested: str
    acts: list[Act] = field(default_factory=list)
    receipts: list[ReceiptRecord] = field(default_factory=list)
    dates: list[GivenDate] = field(default_factory=list)
    names: dict[str, ActId] = field(default_factory=dict)

    def add(self, fact: Fact) -> Act:
        """Add a fact; raise MalformedError ``scenario.form`` or that of an act which nobody could write."""
        kind = KINDS.get(fact.do)
        if kind is None or fact.do in _LEFT_OUT:
            raise unfit(f"no fact {fact.do[:40]!r}; facts are {', '.join(SPOKEN)}", where="/facts/do")
        if fact.do in REQUEST_KINDS and not fact.name:
            raise unfit("a request has a name, which other facts use", where="/facts/name")
        sender, to = self._ends(fact, kind.sender)
        own = [act for act in self.acts if act.sender == sender]
        opening = not self.acts
        draft = ActDraft(
            realm=Realm.PRACTICE if is_practice(PartyCode(self.requesting)) else Realm.LIVE,
            kind=fact.do,
            case=None if opening else CaseId(self.acts[0].id),
            sender=sender,
            to=to,
            seq=len(own) + 1,
            prev_own=own[-1].id if own else None,
            seen=self._seen(own[-1] if own else None),
            at=moment(fact.at, "/facts/at"),
            body=self._body(fact),
            parts=tuple(PartRef(name=name, media="application/json", digest=_DIGEST) for name in kind.needs),
            nonce=sha256(self.case.encode()).digest()[:NONCE_SIZE] if opening else None,
        )
        act = parse_act(draft.envelope())
        parse_body(act)
        self._keep(act, fact)
        return act

    def _ends(self, fact: Fact, side: Sender) -> tuple[Address, Address]:
        side = self._side(fact, side)
        by = fact.by or ("" if side is Sender.EITHER else side.value)
        if by not in ("requesting", "requested") or side not in (Sender.EITHER, by):
            raise unfit(f"{fact.do} says by whom it is: requesting or requested", where="/facts/by")
        ends = _address(self.requesting), _address(self.requested)
        return ends if by == "requesting" else (ends[1], ends[0])

    def _side(self, fact: Fact, side: Sender) -> Sender:
        """Return which side gives and which takes, under the request that a fact is about."""
        if side not in (Sender.GIVING, Sender.TAKING):
            return side
        about = self.names.get(fact.request)
        offered = any(act.id == about and act.kind == OFFER for act in self.acts)
        return Sender.REQUESTING if (side is Sender.GIVING) is offered else Sender.REQUESTED

    def _seen(self, last: Act | None) -> tuple[ActId, ...]:
        """Return what an act sees beside its author's last one: the act before it, if that is another's."""
        if not self.acts or self.acts[-1] is last:
            return ()
        return (self.acts[-1].id,)

    def _keep(self, act: Act, fact: Fact) -> None:
        self.acts.append(act)
        if fact.name:
            self.names[fact.name] = act.id
        if fact.received is not None:
            at = act.at if fact.received is msgspec.UNSET else moment(fact.received, "/facts/received")
            self.receipts.append(_receipt(act, at=at, last=len(self.acts)))
        self.dates += [
            GivenDate(
                act=act.id,
                clock=one.clock,
                day=one.day,
                basis=one.basis,
                label=one.label or f"duty.{one.clock}",
            )
            for one in fact.dates
        ]
        if fact.original_days is not None:
            days = fact.original_days
            made = GivenDate(act=act.id, clock=ORIGINAL, days=days, basis="40(13)", label="duty.original")
            self.dates.append(made)

    def _body(self, fact: Fact) -> Mapping[str, Any]:
        if fact.do in REQUEST_KINDS:
            return {"request": self._request(fact)}
        if fact.do in _TALKED:
            return self._talked(fact)
        request = self._named(fact.request, "request") if fact.request else None
        if request is None and fact.do != "case.close":
            raise unfit(f"{fact.do} names the request it is about", where="/facts/request")
        about: dict[str, Any] = {"request": request}
        items = list(fact.items)
        match fact.do:
            case "request.refuse":
                return about | {"items": items, "ground": "R-40.21b", "consulted": None}
            case "request.postpone":
                return about | {"items": items, "ground": "P-40.27", "until": _time(fact.until)}
            case "request.clarify":
                return about | {"fields": ["/items/0"]}
            case "request.answer":
                return about | {"clarify": self._named(fact.question, "question")}
            case "case.consult":
                return about | {"about": "conditions"}
            case "order.record":
                start = _needed(fact.start or fact.at, "from")
                return about | {"items": items, "from": start, "until": _time(fact.until)}
            case "preservation.effect":
                return about | self._effect(fact)
            case "preservation.extend":
                return about | {"until": _needed(fact.until, "until")}
            case "preservation.release":
                return about
            case "evidence.deliver":
                return about | self._delivery(fact)
            case "execution.report":
                return about | {"items": _results(fact, _DONE)}
            case "case.close":
                return {"outcome": fact.outcome} | ({"request": request} if request else {})
        return about | {"items": items}

    def _talked(self, fact: Fact) -> dict[str, Any]:
        """Return the skeleton of an act of a conversation: its codes as given, names of facts as ids."""
        known = {field.encode_name for field in msgspec.structs.fields(KINDS[fact.do].body)}
        made: dict[str, Any] = {"form": "paper", "at": fact.at} if fact.do == "original.confirm" else {}
        made |= fact.body
        for name in set(made) & set(_TIMES):
            made[name] = _needed(str(made[name]), name)
        if "request" in known:
            made["request"] = self._named(fact.request, "request")
        if "items" in known:
            made["items"] = list(fact.items)
        if fact.answers:
            member = next((name for name in _NAMED if name in known), "")
            made[member] = self._named(fact.answers, "answers")
        if strange := sorted(set(made) - known):
            raise unfit(f"{fact.do} has no member {strange[0][:40]!r}", where="/facts/body")
        return made

    def _request(self, fact: Fact) -> dict[str, Any]:
        mechanism = fact.mechanism or _MECHANISMS[fact.do]
        return {
            "mechanism": mechanism,
            "instrument": "uncc",
            "basis": [{"role": "procedure", "instrument": "uncc", "article": mechanism}],
            "class": "A",
            "items": list(fact.items),
            "urgent": fact.urgent,
            "confidential_until": _time(fact.confidential_until),
            "preservation": self._named(fact.preservation, "preservation") if fact.preservation else None,
        }

    def _effect(self, fact: Fact) -> dict[str, Any]:
        t0 = _needed(fact.t0 or fact.at, "t0")
        expires = t0 + 60 * DAY if fact.until is None else _needed(fact.until, "until")
        states = [{"id": one["id"], "state": one["result"]} for one in _results(fact, _HELD)]
        return {"items": states, "t0": t0, "expires": expires}

    def _delivery(self, fact: Fact) -> dict[str, Any]:
        return {
            "items": _results(fact, _DONE),
            "decision": self._named(fact.decision, "decision"),
            "bag_root": _DIGEST,
            "payload_length": 1,
            "piece_root": _DIGEST,
            "pieces": 1,
            "suite": "age-x25519",
            "handling": "ordinary",
            "limits_digest": _DIGEST,
        }

    def _named(self, name: str, what: str) -> ActId:
        found = self.names.get(name)
        if found is None:
            raise unfit(f"no fact before it has the name {name[:40]!r}", where=f"/facts/{what}")
        return found


def _results(fact: Fact, known: tuple[str, ...]) -> list[dict[str, str]]:
    result = fact.result or known[0]
    if result not in known:
        raise unfit(f"{result[:40]!r} is none of {', '.join(known)}", where="/facts/result")
    return [{"id": item, "result": result} for item in fact.items]


def _time(text: str | None) -> Instant | None:
    return None if text is None else moment(text, "/facts")


def _needed(text: str | None, name: str) -> Instant:
    if text is None:
        raise unfit(f"a time is missing: {name}", where=f"/facts/{name}")
    return moment(text, f"/facts/{name}")


def _address(party: str) -> Address:
    root = Fingerprint(sha256(party.encode()).hexdigest())
    return Address(authority=AuthorityId(f"{party}/{_OFFICE}"), root=root)


def _receipt(act: Act, *, at: Instant, last: int) -> ReceiptRecord:
    return ReceiptRecord(
        authority=act.to.authority,
        case=act.case,
        act_id=act.id,
        act_seq=act.seq,
        signer=act.to,
        at=at,
        your_last_seq=act.seq,
        own_last_seq=last,
        pending=None,
        result="stored",
        code="",
        receipt=b"",
    )
