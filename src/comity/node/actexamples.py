"""A form for every kind of act that answers or moves a request, as an officer hands it in.

What follows from the case (the request, what is answered, the items that are open) may be left out, and is
then filled in; so the forms hold what only a person can say.
"""

from collections.abc import Mapping
from typing import Any

from comity.cases.attested import ATTEST
from comity.cases.kinds import KINDS, OPENING_KINDS
from comity.kernel.errors import NotFoundError

_WORDS = {"text": "In plain words, what the other side has to know.", "language": "en"}
_DAY, _LATER = "2026-11-20", "2027-02-18"
_ID = "0" * 64
_ITEM = {"items": ["1"]}
_RESULTS = {"items": [{"id": "1", "result": "executed"}]}
_BODIES: Mapping[str, Mapping[str, Any]] = {
    "request.withdraw": _ITEM | {"why": "no_longer_needed"},
    "request.refuse": _ITEM | {"ground": "R-40.21b"},
    "request.postpone": _ITEM | {"ground": "P-40.27", "until": _LATER},
    "request.clarify": {"fields": ["/facts"]},
    "request.forward": _ITEM | {"authority": "XAB/cyber-unit"},
    "execution.report": _RESULTS,
    "case.consult": {"about": "conditions"},
    "order.record": _ITEM | {"from": _DAY, "until": _LATER},
    "preservation.effect": {"items": [{"id": "1", "state": "held"}], "t0": _DAY},
    "preservation.extend": {"until": _LATER},
    "evidence.hand": _RESULTS | {"medium": "disk"},
    "act.recall": {"act": _ID},
    "case.close": {"outcome": "done"},
    "part.erase": {"act": _ID, "part": "form"},
    "conditions.offer": _ITEM | {"conditions": ["use_limited", "no_onward"]},
    "consent.ask": _ITEM | {"use": "other_proceedings"},
    "consent.give": {"until": _LATER},
    "assurance.ask": _ITEM | {"assurances": ["no_death_penalty"]},
    "assurance.give": _ITEM | {"assurances": ["no_death_penalty"]},
    "status.tell": {"expected": _LATER},
    "costs.propose": _ITEM | {"amount": "12500.00", "currency": "XXX", "bears": "shared"},
    "execution.warn": _ITEM | {"risk": "confidentiality"},
    "exculpation.answer": {"points_away": "no"},
    "exculpation.notify": {"before": True},
    "recall.answer": {"result": "destroyed"},
    "data.correct": _ITEM,
    "correction.answer": {"result": "applied"},
    "breach.notify": {"what": "access", "at_author": True, "known_since": _DAY},
    "draft.answer": {"fields": ["/facts"]},
    "team.carry": {"act": _ID},
    "original.confirm": {"form": "paper", "at": _DAY, "reference": "RR123456789XX"},
    "measure.lift": _ITEM | {"ground": "evidence", "hearing": _ID},
    "act.convey": {"step": "sent", "channel": "post", "at": _DAY, "reference": "RR123456789XX"},
}
_ORDER = {
    "authority": "Investigating judge of Port Alta",
    "provision": "Code of Criminal Procedure, section 112",
    "number": "2026/417",
    "date": _DAY,
    "limit": "90 days",
    "remedy": "appeal within 8 days",
}
_AGREEMENT = {
    "v": 1,
    "parties": ["XAA/central-authority", "XAB/central-authority"],
    "leader": "XAA/central-authority",
    "purpose": _WORDS,
    "from": _DAY,
    "to": _LATER,
    "members": [
        {
            "office": "Cybercrime Unit of Belmare",
            "functions": "Secures data in Belmare",
            "powers": "acts_under_host_law",
        }
    ],
    "information": _WORDS,
    "powers": _WORDS,
    "liability": _WORDS,
    "evidence": _WORDS,
}
_PARTS: Mapping[str, Any] = {
    "agreement": _AGREEMENT,
    "order": _ORDER,
    "assurance": {
        "text": "The penalty will not be carried out.",
        "language": "en",
        "by": "Minister of Justice",
    },
}
_FILLED_IN = frozenset({"limits", "signature"})
_MADE_ELSEWHERE = frozenset({"evidence.deliver", ATTEST}) | OPENING_KINDS


def act_example(kind: str) -> dict[str, Any]:
    """Return ``{"body": …, "parts": …}`` for a kind; ids of acts stand as zeros.

    Raises:
        NotFoundError: ``example.act``: no such kind, or one that another command makes.
    """
    row = KINDS.get(kind)
    if row is None or kind in _MADE_ELSEWHERE:
        raise NotFoundError(
            "example.act",
            f"there is no example of {kind[:40]!r}",
            hint="kinds are " + ", ".join(sorted(set(KINDS) - _MADE_ELSEWHERE)),
        )
    names = row.needs or row.may
    return {
        "body": dict(_BODIES.get(kind, {})),
        "parts": {name: _PARTS.get(name, _WORDS) for name in names if name not in _FILLED_IN},
    }
