"""The desk of guided cases, on practice nodes only: a person works a real case, a scripted Party answers.

Nothing of it reaches a live node: both nodes are of the practice realm, and the realm stands in every signed
statement, in the names of logs and packages, and in the entries that peers pin.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from comity.cases.parts import open_parts
from comity.kernel.clock import to_date
from comity.kernel.errors import DeniedError
from comity.kernel.ids import CaseId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm
from comity.node.access import Action, is_allowed, require_access
from comity.node.callbacks import is_confirmed
from comity.node.played import PlayedNode
from comity.node.practicecases import (
    GuidedCase,
    Seen,
    Step,
    exhibit,
    guided_case,
    guided_cases,
    moves_left,
    steps_done,
)
from comity.node.practicenotes import Begun, PracticeNotes
from comity.node.scripted import READS, ScriptedParty, filled
from comity.node.views import Actor, CaseView
from comity.node.workplace import Workplace

COLLEAGUE = "p.colleague"
_APPROVE = ("duty-officer", "officer", "head")
_ROUNDS = 8


class PracticeGround(Protocol):
    """Where a guided case is played: the second node, a folder to carry calls in, files for the person."""

    def partner(self) -> AbstractContextManager[PlayedNode]:
        """Open the second node, which is made where it is not there yet."""
        ...

    def carried(self) -> AbstractContextManager[str]:
        """Return an empty folder that is removed afterwards."""
        ...

    def put(self, case: str, name: str, data: bytes) -> str:
        """Write a file of a guided case, in place of an older one, and return its path."""
        ...

    def folder(self, case: str) -> str:
        """Return the path of the files of a guided case."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step as a person sees it.

    Attributes:
        commands: What may be typed.
        page: Where it is done in a browser; empty where there is no such page yet.
        now: Whether it is the person's turn with it.
    """

    id: str
    own: bool
    basis: str
    done: bool
    now: bool
    commands: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """A guided case and how far it is.

    Attributes:
        case: The real case behind it; empty before it is opened.
        folder: Where its files lie; empty before it is begun.
        colleague: A second officer who was enrolled for it; empty where none was.
    """

    name: str
    begun: bool
    done: bool
    case: str
    partner: str
    folder: str
    steps: tuple[StepView, ...]
    colleague: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDesk:
    """Guided cases of the officer's authority.

    Attributes:
        desks: Of the node.
        ground: Where they are played; None on a node that has none.
    """

    desks: PlayedNode = field(repr=False)
    ground: PracticeGround | None

    def list(self, actor: Actor) -> tuple[PracticeView, ...]:
        """Return every guided case and how far it is.

        Raises:
            DeniedError: ``practice.live``.
        """
        self._ground()
        return tuple(self._view(actor, one) for one in guided_cases())

    def show(self, actor: Actor, *, name: str) -> PracticeView:
        """Return one guided case; the other side does nothing."""
        self._ground()
        return self._view(actor, guided_case(name))

    def start(self, actor: Actor, *, name: str) -> PracticeView:
        """Begin a guided case, anew where it was begun before, and let the other side do its part.

        The two nodes pin each other, and a second officer is enrolled where the office has none.

        Raises:
            DeniedError: ``practice.live``; ``practice.head``; ``access.role``.
        """
        ground, guided = self._ground(), guided_case(name)
        require_access(actor, Action.ACT_DRAFT, realm=self._place.realm, owner=actor.authority)
        colleague = self._second(actor)
        with ground.partner() as partner:
            script = self._script(partner)
            script.enrol()
            self._know(actor, partner)
            begun = Begun(since=self._place.clock.now(), case="", partner=script.office)
            self._notes.keep(actor, guided, begun)
        self._place_files(actor, guided)
        return self.advance(actor, name=name, colleague=colleague)

    def advance(self, actor: Actor, *, name: str, colleague: str = "") -> PracticeView:
        """Carry what waits between the two nodes, and let the other side act where it is its turn.

        Raises:
            ConflictError: ``practice.not_begun``.
            DeniedError: ``practice.live``.
        """
        ground, guided = self._ground(), guided_case(name)
        self._notes.begun(actor, guided)
        with ground.partner() as partner:
            script = self._script(partner)
            self._update(partner)
            played: set[str] = set()
            while step := self._turn(actor, guided, script, ground):
                if step.by == "own" or step.id in played:
                    break
                played.add(step.id)
                self._answer(actor, guided, step, script)
        self._place_files(actor, guided)
        return self._view(actor, guided, colleague=colleague)

    @property
    def _place(self) -> Workplace:
        return self.desks.place

    @property
    def _notes(self) -> PracticeNotes:
        return PracticeNotes(place=self._place)

    def _ground(self) -> PracticeGround:
        if self._place.realm is not Realm.PRACTICE or self.ground is None:
            raise DeniedError(
                "practice.live",
                "guided cases are for practice nodes, and this one is live",
                hint="make a practice node with 'comity init --practice --party XAA'",
            )
        return self.ground

    def _script(self, partner: PlayedNode) -> ScriptedParty:
        ground = self._ground()

        def written(name: str) -> str:
            return ground.put("partner", name, exhibit(name))

        return ScriptedParty(desks=partner, on=to_date(self._place.clock.now()), exhibit=written)

    def _second(self, actor: Actor) -> str:
        """Enrol a colleague where the office lacks two officers, one of them a head, who may approve."""
        able = [
            officer
            for officer in self.desks.people.officers()
            if officer.authority == actor.authority and set(officer.roles) & set(_APPROVE)
        ]
        if len(able) > 1 and any("head" in officer.roles for officer in able):
            return ""
        self.desks.people.add_officer(
            actor, authority=actor.authority, name=COLLEAGUE, roles=("officer", "head"), passphrase=None
        )
        return COLLEAGUE

    def _know(self, actor: Actor, partner: PlayedNode) -> None:
        pinned = {peer.root for peer in self.desks.peers.list()}
        if partner.info.root not in pinned:
            if not is_allowed(actor, Action.PEER_ADD):
                raise DeniedError(
                    "practice.head",
                    "a head begins the first guided case, since it adds the other side as a peer",
                    hint="ask a head to begin one; afterwards any officer may begin and work them",
                )
            card = partner.peers.card()
            self.desks.peers.add(actor, card=card, words=" ".join(self.desks.peers.words(card)))
        self._update(partner)

    def _update(self, partner: PlayedNode) -> None:
        """Hand our newest card to the other side, as after any change of our officers."""
        card = self.desks.peers.card()
        first = partner.actor(partner.people.officers()[0].name)
        partner.peers.add(first, card=card, words=" ".join(partner.peers.words(card)))

    def _carry(self, actor: Actor, script: ScriptedParty, ground: PracticeGround) -> None:
        """Carry calls, answers and pieces both ways, as on a disk, until nothing waits."""
        mine, theirs, duty = self.desks.courier, script.desks.courier, script.duty()
        for _ in range(_ROUNDS):
            with ground.carried() as folder:
                out = mine.export(actor, folder=folder, peer=script.desks.info.party)
                theirs.import_(duty, folder=folder)
                back = theirs.export(duty, folder=folder, peer=self.desks.info.party)
                mine.import_(actor, folder=folder)
                theirs.import_(duty, folder=folder)
            if not (out.messages or back.messages):
                return

    def _turn(
        self, actor: Actor, guided: GuidedCase, script: ScriptedParty, ground: PracticeGround
    ) -> Step | None:
        """Carry what waits and return the first step that is not done; None where all are."""
        self._carry(actor, script, ground)
        seen = self._seen(actor, self._notes.begun(actor, guided))
        done = steps_done(guided, seen, own=actor.authority)
        return guided.steps[done.index(False)] if False in done else None

    def _answer(self, actor: Actor, guided: GuidedCase, step: Step, script: ScriptedParty) -> None:
        """Let the other side do what is left of a step of its own."""
        begun = self._notes.begun(actor, guided)
        seen, before = self._seen(actor, begun), guided.steps[: guided.steps.index(step)]
        for move in moves_left(step, before, seen, own=actor.authority):
            case = script.play(move, to=actor.authority, case=begun.case or None)
            begun = Begun(since=begun.since, case=case, partner=begun.partner)
            self._notes.keep(actor, guided, begun)

    def _seen(self, actor: Actor, begun: Begun) -> Seen:
        if not begun.case:
            return Seen(case=None)
        with self._place.store.snapshot() as tx:
            if not tx.acts.of_case(actor.authority, CaseId(begun.case)):
                return Seen(case=None)
        view = self.desks.cases.show(actor, case=begun.case, purpose=READS)
        releases = self.desks.court.releases.list(actor, purpose=READS, case=begun.case)
        calls = self.desks.lanes.calls(actor, request=view.requests[-1].act) if view.requests else ()
        return Seen(
            case=view,
            released=any(one.closed for one in releases),
            limits=self._limits(actor, view),
            called_back=is_confirmed(calls),
        )

    def _limits(self, actor: Actor, view: CaseView) -> dict[str, Any]:
        own = [one for one in view.acts if one.sender == actor.authority and one.kind == "evidence.deliver"]
        if not own:
            return {}
        with self._place.store.snapshot() as tx:
            parts = open_parts(tx.acts.parts(actor.authority, own[-1].act))
        found = next((parse_ijson(part.data) for part in parts if part.name == "limits"), None)
        return dict(found) if isinstance(found, dict) else {}

    def _view(self, actor: Actor, guided: GuidedCase, *, colleague: str = "") -> PracticeView:
        begun = self._notes.found(actor, guided)
        seen = Seen(case=None) if begun is None else self._seen(actor, begun)
        done = steps_done(guided, seen, own=actor.authority)
        partner = begun.partner if begun else ""
        folder = self._ground().folder(guided.name) if begun else ""
        places = _places(begun, seen, folder)
        turn = done.index(False) if False in done and begun is not None else -1
        return PracticeView(
            name=guided.name,
            begun=begun is not None,
            done=all(done),
            case=seen.case.case if seen.case else "",
            partner=partner,
            folder=folder,
            colleague=colleague,
            steps=tuple(
                StepView(
                    id=step.id,
                    own=step.by == "own",
                    basis=step.basis,
                    done=done[at],
                    now=at == turn,
                    commands=tuple(_put(line, places) for line in step.commands),
                    page=_put(step.page, places) if seen.case or "{" not in step.page else "",
                )
                for at, step in enumerate(guided.steps)
            ),
        )

    def _place_files(self, actor: Actor, guided: GuidedCase) -> None:
        """Write the files of the step whose turn it is."""
        begun = self._notes.begun(actor, guided)
        seen = self._seen(actor, begun)
        done = steps_done(guided, seen, own=actor.authority)
        step = guided.steps[done.index(False)] if False in done else None
        if step is not None and step.by == "own":
            for name, data in self._files(actor, step, begun, seen):
                self._ground().put(guided.name, name, data)

    def _files(self, actor: Actor, step: Step, begun: Begun, seen: Seen) -> Iterator[tuple[str, bytes]]:
        if step.form:
            places = _places(begun, seen, "")
            fields = {
                name: _put(value, places) if isinstance(value, str) else value
                for name, value in step.fields.items()
            }
            on = to_date(self._place.clock.now())
            yield (
                f"{step.id}.json",
                filled(step.form, fields, here=actor.authority, there=begun.partner, on=on),
            )
        if step.acting is not None:
            yield f"{step.id}.json", dump_ijson(dict(step.acting))
        for name in step.exhibits:
            yield name, exhibit(name)


def _places(begun: Begun | None, seen: Seen, folder: str) -> dict[str, str]:
    requests = seen.case.requests if seen.case else ()
    return {
        "case": seen.case.case if seen.case else "CASE",
        "request": requests[-1].act if requests else "REQUEST",
        "partner": begun.partner if begun else "OFFICE",
        "folder": folder or "FOLDER",
    }


def _put(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text
