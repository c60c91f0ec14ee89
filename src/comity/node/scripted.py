"""The scripted side of a guided case: an office of a second practice node that really answers.

It goes through the same desks as any office: its drafts are assessed, its officers decide and approve with
keys of their own, and what it sends is sealed, signed and carried like everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId
from comity.kernel.ijson import dump_ijson
from comity.node.access import Purpose
from comity.node.played import PlayedNode
from comity.node.practicecases import Move
from comity.node.views import Actor, CaseView, DraftView
from comity.requests.service import example

DUTY, HEAD = "p.duty", "p.head"
READS = Purpose.PRACTICE.value
_DESK = {"contacts": [{"name": "Practice duty desk", "telephone": "+999 1 000 00 01"}]}
"""What its signed entry says of its office: a number that can be called back, and nothing that narrows it."""

_LOOKED_AT = "practice: looked at, nothing stands against it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedParty:
    """The other side.

    Attributes:
        desks: Its node.
        on: The day around which its forms lie.
        exhibit: Writes a made-up exhibit into its folder and returns the path.
    """

    desks: PlayedNode
    on: date
    exhibit: Callable[[str], str]

    @property
    def office(self) -> AuthorityId:
        """Its only office."""
        return self.desks.info.authorities[0]

    def duty(self) -> Actor:
        """Return its duty officer."""
        return self.desks.actor(DUTY)

    def enrol(self) -> None:
        """Enrol its two officers, where they are not there yet."""
        first = self.desks.people.officers()[0]
        known = {officer.name for officer in self.desks.people.officers()}
        for name, role in ((DUTY, "duty-officer"), (HEAD, "head")):
            if name not in known:
                self.desks.people.add_officer(
                    self.desks.actor(first.name),
                    authority=self.office,
                    name=name,
                    roles=(role,),
                    passphrase=None,
                )
        if HEAD not in known:
            self.desks.directory.publish(
                self.desks.actor(HEAD), authority=self.office, service=dump_ijson(_DESK)
            )

    def play(self, move: Move, *, to: AuthorityId, case: str | None) -> str:
        """Do one move and return the case it stands in.

        Args:
            move: What to do.
            to: The office of the person who practises.
            case: The case; None where the move opens one.
        """
        if move.form:
            form = filled(move.form, move.fields, here=self.office, there=to, on=self.on)
            draft = self.desks.cases.draft_request(self.duty(), form=form, to=to, case=case)
        elif case is None:
            raise ConflictError("practice.order", "a guided case begins with a request")
        elif move.exhibits:
            draft = self._deliver(move, case)
        else:
            form = dump_ijson({"body": dict(move.body), "parts": dict(move.parts)})
            draft = self.desks.cases.draft_act(self.duty(), kind=move.act, case=case, form=form)
        return self._issue(draft)

    def _deliver(self, move: Move, case: str) -> DraftView:
        view = self.desks.cases.show(self.duty(), case=case, purpose=READS)
        sealed = self.desks.evidence.seal(
            self.duty(),
            sources=[self.exhibit(name) for name in move.exhibits],
            case=case,
            request=_decided(view),
        )
        form = self.desks.evidence.deliver_form(self.duty(), case=case, bag_root=sealed.bag_root)
        return self.desks.cases.draft_act(self.duty(), kind=move.act, case=case, form=form)

    def _issue(self, draft: DraftView) -> str:
        cases, head = self.desks.cases, self.desks.actor(HEAD)
        for finding in draft.undecided:
            cases.decide(head, act=draft.act, finding=finding, outcome="proceed", inner=_LOOKED_AT)
        for officer in (self.duty(), head)[: draft.persons_needed]:
            cases.approve(officer, act=draft.act, reason=_LOOKED_AT)
        return cases.issue(self.duty(), act=draft.act).case


def filled(kind: str, fields: Mapping[str, Any], *, here: AuthorityId, there: AuthorityId, on: date) -> bytes:
    """Return the example of a kind from one office to another, with members that differ laid over it."""
    form = example(kind, on=on)
    form["requesting_authority"] = {**form["requesting_authority"], "id": here}
    form["transmitted_by"] = here
    form["requested_party"] = there.partition("/")[0]
    made = {**form, **fields}
    return dump_ijson({name: value for name, value in made.items() if value is not None})


def _decided(view: CaseView) -> str:
    """Return the request of a case that may be delivered on now."""
    return next(one.act for one in view.requests if "evidence.deliver" in one.permitted)
