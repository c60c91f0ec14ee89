"""The story: from a phishing mailbox to evidence that a court can check, act by act.

Every step goes through the same desks as any real case: the drafts are assessed, open findings are
decided by name with a reason, officers approve with their own keys, and only then an act is issued.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from comity.cli.demo.stage import wait_for
from comity.cli.output import printable
from comity.kernel.clock import DAY, from_datetime
from comity.kernel.ijson import dump_ijson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comity.cli.demo.stage import Office, Served
    from comity.cli.demo.telling import Teller
    from comity.node.views import ActView, CaseView, DeliveryView, DraftView, OpenedView, SealView

PURPOSE = "practice"
KEPT = 90 * DAY
_MOST_SHOWN = 10


@dataclass(slots=True, kw_only=True)
class Story:
    """One telling: the two offices, and what happened so far.

    Attributes:
        asking: The requesting Party's office.
        asked: The requested Party's office.
        served: The processes of both.
        teller: Prints the steps.
        acts: The acts issued, in order.
    """

    asking: Office
    asked: Office
    served: tuple[Served, ...]
    teller: Teller
    acts: list[ActView] = field(default_factory=list)

    @property
    def case(self) -> str:
        """The case: the id of its first act."""
        return self.acts[0].case

    def ask_preservation(self) -> ActView:
        """The requesting Party asks that the data be kept.

        Basis: 42(1)
        """
        self.teller.step("demo.ask_preservation", basis="42(1)", who=self.asking.party)
        draft = self.asking.desks.cases.draft_request(
            self.asking.officer(self.asking.duty),
            form=self._form("preservation"),
            to=self.asked.authority,
            case=None,
        )
        return self._issue(self.asking, draft)

    def accept(self, request: ActView, *, basis: str) -> ActView:
        """The requested Party assesses what arrived with rules of its own, decides by name, and accepts."""
        self.teller.step("demo.accept", basis=basis, who=self.asked.party)
        return self._act(
            self.asked, "request.accept", {"request": request.act, "items": self._items(request)}, {}
        )

    def record_order(self, request: ActView) -> ActView:
        """The domestic order behind the measure is recorded: who ordered, on which provision, what remedy.

        Basis: 25(1)
        """
        self.teller.step("demo.order", basis="25(1)", who=self.asked.party)
        now = _now()
        order = {
            "authority": "Investigating Judge, Court of First Instance of Belmare",
            "provision": "Code of Criminal Procedure of Belmare, article 88b",
            "number": "GI-2026-0457",
            "date": datetime.now(UTC).date().isoformat(),
            "limit": "90 days, renewable",
            "remedy": "Complaint to the Chamber of Indictment within 10 days of notice",
        }
        body = {"request": request.act, "items": self._items(request), "from": now, "until": now + KEPT}
        return self._act(self.asked, "order.record", body, {"order": order})

    def effect_preservation(self, request: ActView) -> ActView:
        """The custodian holds the data: from when, until when, which items.

        Basis: 42(4), 42(8)
        """
        self.teller.step("demo.effect", basis="42(8)", who=self.asked.party)
        now = _now()
        held = [{"id": item, "state": "held"} for item in self._items(request)]
        body = {"request": request.act, "items": held, "t0": now, "expires": now + KEPT}
        return self._act(self.asked, "preservation.effect", body, {})

    def ask_data(self, preservation: ActView) -> ActView:
        """The requesting Party asks for the data itself, in time before the preservation ends.

        Basis: 44(1)
        """
        self.teller.step("demo.ask_data", basis="44(1)", who=self.asking.party)
        draft = self.asking.desks.cases.draft_request(
            self.asking.officer(self.asking.duty),
            form=self._form("stored-data", preservation_reference=preservation.act),
            to=self.asked.authority,
            case=self.case,
        )
        return self._issue(self.asking, draft)

    def seal(self, request: ActView, sources: Sequence[str], out: Path) -> SealView:
        """The exhibits are sealed for the requesting Party.

        Basis: 40(14)
        """
        self.teller.step("demo.seal", basis="40(14)", who=self.asked.party)
        sealed = self.asked.desks.evidence.seal(
            self.asked.officer(self.asked.duty),
            sources=sources,
            case=self.case,
            request=request.act,
            handling="ordinary",
            limits=None,
            out=str(out),
        )
        size = sum(exhibit.size for exhibit in sealed.exhibits)
        self.teller.note("demo.sealed", count=len(sealed.exhibits), size=size, root=sealed.bag_root[:16])
        return sealed

    def decide_transmission(self, request: ActView) -> ActView:
        """Two persons decide that the evidence may leave the country.

        Basis: 44(1)
        """
        self.teller.step("demo.decide", basis="36(1)", who=self.asked.party)
        decision = "The data answer the request and no ground against their transmission was found."
        body = {"request": request.act, "items": self._items(request)}
        return self._act(self.asked, "transmission.decide", body, {"decision": decision})

    def deliver(self, sealed: SealView) -> ActView:
        """The delivery is signed and its pieces travel.

        Basis: 44(1)
        """
        self.teller.step("demo.deliver", basis="44(1)", who=self.asked.party)
        form = self.asked.desks.evidence.deliver_form(
            self.asked.officer(self.asked.duty), case=self.case, bag_root=sealed.bag_root
        )
        draft = self.asked.desks.cases.draft_act(
            self.asked.officer(self.asked.duty), kind="evidence.deliver", case=self.case, form=form
        )
        return self._issue(self.asked, draft)

    def open(self, delivery: ActView, out: Path) -> OpenedView:
        """The requesting Party checks every piece, then opens the package.

        Basis: 40(14)
        """
        self.teller.step("demo.open", basis="40(14)", who=self.asking.party)
        found = wait_for("the pieces of the package", lambda: self._arrived(delivery), self.served)
        self.teller.note("demo.pieces", count=found.pieces)
        opened = self.asking.desks.evidence.open(
            self.asking.officer(self.asking.head), delivery=delivery.act, purpose=PURPOSE, out=str(out)
        )
        self.teller.note("demo.opened", count=len(opened.exhibits), folder=opened.folder)
        for exhibit in opened.exhibits[:_MOST_SHOWN]:
            self.teller.note(
                "demo.exhibit", name=printable(exhibit.name), size=exhibit.size, digest=exhibit.sha256[:16]
            )
        return opened

    def release(self, preservation: ActView) -> ActView:
        """The data were handed over, so the preservation ends and the custodian is free.

        Basis: 42(8)
        """
        self.teller.step("demo.release", basis="42(8)", who=self.asked.party)
        return self._act(self.asked, "preservation.release", {"request": preservation.act}, {})

    def close(self) -> ActView:
        """The requesting Party says that nothing more is needed.

        Basis: 40(26)
        """
        self.teller.step("demo.close", basis="40(26)", who=self.asking.party)
        return self._act(self.asking, "case.close", {"outcome": "done"}, {})

    def _form(self, kind: str, **fields: str) -> bytes:
        """Return the built-in example of a kind, addressed from this office to the other, dated today."""
        from comity.requests.service import example

        form = example(kind, on=datetime.now(UTC).date())
        form["requesting_authority"] = {**form["requesting_authority"], "id": self.asking.authority}
        form["transmitted_by"] = self.asking.authority
        return dump_ijson({**form, "requested_party": self.asked.party, **fields})

    def _act(
        self, office: Office, kind: str, body: Mapping[str, object], parts: Mapping[str, object]
    ) -> ActView:
        form = dump_ijson({"body": body, "parts": parts})
        draft = office.desks.cases.draft_act(
            office.officer(office.duty), kind=kind, case=self.case, form=form
        )
        return self._issue(office, draft)

    def _issue(self, office: Office, draft: DraftView) -> ActView:
        """Decide what is open, let officers approve until nothing lacks, and issue the act."""
        desks = office.desks
        if draft.assessment.findings:
            self.teller.note("demo.assessed", count=len(draft.assessment.findings), open=len(draft.undecided))
        decider = office.officer(office.head if draft.persons_needed > 1 else office.duty)
        for finding in draft.undecided:
            desks.cases.decide(
                decider,
                act=draft.act,
                finding=finding,
                outcome="proceed",
                inner="practice: examined, nothing stands against it",
                outer="",
            )
        for name in (office.duty, office.head)[: draft.persons_needed]:
            draft = desks.cases.approve(
                office.officer(name), act=draft.act, reason="practice: read and approved"
            )
        act = desks.cases.issue(office.officer(office.duty), act=draft.act)
        self.acts.append(act)
        self.teller.act(act)
        wait_for(f"the receipt for {act.kind}", lambda: _all_receipted(office), self.served)
        self.teller.note("demo.receipted", party=(self.asked if office is self.asking else self.asking).party)
        return act

    def _view(self, office: Office) -> CaseView:
        """Return the case as one office sees it now."""
        return office.desks.cases.show(office.officer(office.duty), case=self.case, purpose=PURPOSE)

    def _arrived(self, delivery: ActView) -> DeliveryView | None:
        found = self.asking.desks.evidence.deliveries(
            self.asking.officer(self.asking.duty), case=self.case, purpose=PURPOSE
        )
        return next((one for one in found if one.act == delivery.act and one.complete), None)

    def _items(self, request: ActView) -> list[str]:
        requests = self._view(self.asked).requests
        return next(list(one.items) for one in requests if one.act == request.act)


def _all_receipted(office: Office) -> bool | None:
    """Tell whether the other side has stored and receipted everything; None while something waits."""
    return None if any(peer.queued for peer in office.desks.peers.list()) else True


def _now() -> int:
    return from_datetime(datetime.now(UTC))
