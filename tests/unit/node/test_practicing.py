"""Guided cases, played whole on real nodes: what a person did is seen in the case, nothing else counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from comity.bootstrap.nodes import init_node, open_node
from comity.kernel.errors import ComityError, ConflictError, DeniedError, NotFoundError
from comity.node.desks import Desks
from comity.node.practicecases import exhibit, guided_case, guided_cases
from comity.node.practicing import COLLEAGUE, PracticeDesk, PracticeView, StepView
from comity.node.scripted import READS
from comity.node.views import Actor, DraftView
from comity.requests.service import example
from comity.wording.catalogue import LANGUAGES, catalogue


def opened(folder: Path) -> AbstractContextManager[Desks]:
    return open_node(str(folder), unlock=lambda _officer: None)


def found(folder: Path, *, party: str, practice: bool = True) -> None:
    init_node(
        str(folder),
        party=party,
        name="Altavia",
        practice=practice,
        host="127.0.0.1",
        exchange_port=None,
        passphrase=None if practice else b"live",
    )


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    folder = tmp_path_factory.mktemp("practice") / "xaa"
    found(folder, party="XAA")
    with opened(folder) as made:
        yield made


class Person:
    """Does what a guided case tells a person to do, with the files that it hands out."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks

    @property
    def actor(self) -> Actor:
        return self.desks.actor("first-officer")

    def settle(self, draft: DraftView) -> None:
        for key in draft.undecided:
            draft = self.desks.cases.decide(
                self.actor, act=draft.act, finding=key, outcome="proceed", inner="practised"
            )
        for name in ("first-officer", COLLEAGUE)[: draft.persons_needed]:
            draft = self.desks.cases.approve(self.desks.actor(name), act=draft.act, reason="practised")
        self.desks.cases.issue(self.actor, act=draft.act)

    def file(self, view: PracticeView, name: str) -> bytes:
        return (Path(view.folder) / name).read_bytes()

    def do(self, view: PracticeView, step: StepView) -> None:
        told = next(one for one in guided_case(view.name).steps if one.id == step.id)
        cases = self.desks.cases
        if told.form:
            form = self.file(view, f"{step.id}.json")
            if step.id == "mend":
                form = self.mended(form)
            self.settle(cases.draft_request(self.actor, form=form, to=view.partner, case=view.case or None))
        elif told.done == "opened":
            shown = cases.show(self.actor, case=view.case, purpose=READS)
            self.desks.evidence.open(
                self.actor,
                delivery=shown.deliveries[0].act,
                purpose=READS,
                out=str(Path(view.folder) / "opened"),
            )
        elif told.done == "called-back":
            request = cases.show(self.actor, case=view.case, purpose=READS).requests[0].act
            (number,) = self.desks.lanes.numbers(self.actor, request=request)
            self.desks.lanes.call(self.actor, request=request, number=number, outcome="confirmed")
        elif told.done == "released":
            self.release(view)
        elif told.act == "evidence.deliver":
            self.deliver(view, told.exhibits)
        else:
            self.settle(
                cases.draft_act(
                    self.actor, kind=told.act, case=view.case, form=self.form(view, step, told.act)
                )
            )

    def form(self, view: PracticeView, step: StepView, kind: str) -> bytes:
        if kind == "request.answer":
            return b'{"parts": {"answer": {"text": "From six to eight.", "language": "en"}}}'
        if kind == "request.refuse":
            return (
                b'{"body": {"ground": "R-40.22"},'
                b' "parts": {"reason": {"text": "It serves to punish an opinion.", "language": "en"}}}'
            )
        return b"{}" if kind == "request.accept" else self.file(view, f"{step.id}.json")

    def mended(self, form: bytes) -> bytes:
        """Write in what the form lacks, after the node said what that is."""
        given, whole = json.loads(form), example("stored-data")
        assert "issued_by" not in given
        draft = self.desks.cases.draft_request
        with pytest.raises(ComityError):
            self.settle(draft(self.actor, form=form, to="XPP/contact-point"))
        names = ("issued_by", "offences", "items")
        return json.dumps(given | {name: whole[name] for name in names}).encode()

    def release(self, view: PracticeView) -> None:
        releases = self.desks.court.releases
        made = releases.propose(self.actor, case=view.case, purpose=READS)
        for key in made.undecided:
            releases.decide(self.actor, release=made.release, finding=key, inner="practised")
        for name in ("first-officer", COLLEAGUE):
            releases.approve(self.desks.actor(name), release=made.release, reason="practised")

    def deliver(self, view: PracticeView, exhibits: tuple[str, ...], *, limits: bool = True) -> None:
        wanted = "limits.json" in exhibits and limits
        sealed = self.desks.evidence.seal(
            self.actor,
            sources=[str(Path(view.folder) / name) for name in exhibits if name != "limits.json"],
            case=view.case,
            request=self.desks.cases.show(self.actor, case=view.case, purpose=READS).requests[0].act,
            limits=json.loads(self.file(view, "limits.json")) if wanted else None,
        )
        form = self.desks.evidence.deliver_form(self.actor, case=view.case, bag_root=sealed.bag_root)
        self.settle(
            self.desks.cases.draft_act(self.actor, kind="evidence.deliver", case=view.case, form=form)
        )


@pytest.mark.parametrize("name", [one.name for one in guided_cases()])
def test_a_guided_case_is_played_to_its_end(desks: Desks, name: str) -> None:
    person, practice = Person(desks), desks.practice
    view = practice.start(person.actor, name=name)
    for _ in view.steps:
        turn = next((step for step in view.steps if step.now), None)
        if turn is None:
            break
        assert turn.own, f"{turn.id}: the other side answers by itself"
        person.do(view, turn)
        view = practice.advance(person.actor, name=name)
    assert view.done
    assert [step.done for step in view.steps] == [True] * len(view.steps)
    shown = desks.cases.show(person.actor, case=view.case, purpose=READS)
    assert {act.sender for act in shown.acts} == {"XAA/contact-point", "XPP/contact-point"}
    assert all(act.receipted_at for act in shown.acts)
    assert {one.name: one.done for one in practice.list(person.actor)}[name]


def test_conditions_that_were_asked_for_are_looked_for_in_the_signed_limits(desks: Desks) -> None:
    person, practice = Person(desks), desks.practice
    view = practice.start(person.actor, name="conditions")
    for _ in range(3):
        person.do(view, next(step for step in view.steps if step.now))
        view = practice.advance(person.actor, name="conditions")
    person.deliver(view, guided_case("conditions").steps[4].exhibits, limits=False)
    view = practice.advance(person.actor, name="conditions")
    assert [step.id for step in view.steps if step.now] == ["deliver"]
    assert practice.advance(person.actor, name="conditions") == view, "asking again changes nothing"


def test_a_case_begun_anew_is_another_case(desks: Desks) -> None:
    first = desks.practice.start(Person(desks).actor, name="red-flag")
    again = desks.practice.start(Person(desks).actor, name="red-flag")
    assert first.case
    assert first.case != again.case
    assert again.colleague == ""
    assert [officer.name for officer in desks.people.officers()].count(COLLEAGUE) == 1


def test_what_was_not_begun_and_what_does_not_exist(tmp_path: Path) -> None:
    found(tmp_path / "n", party="XPP")
    with opened(tmp_path / "n") as desks:
        actor = desks.actor(None)
        shown = desks.practice.list(actor)
        assert [one.name for one in shown] == [one.name for one in guided_cases()]
        assert not any(one.begun or any(step.now or step.done for step in one.steps) for one in shown)
        with pytest.raises(ConflictError, match="not begun") as caught:
            desks.practice.advance(actor, name="mended")
        assert caught.value.code == "practice.not_begun"
        with pytest.raises(NotFoundError) as unknown:
            desks.practice.start(actor, name="nothing")
        assert unknown.value.code == "practice.unknown"
        assert not (tmp_path / "n/practice").exists()
        assert desks.practice.start(actor, name="red-flag").partner == "XPQ/contact-point"


def test_a_live_node_has_no_guided_cases(tmp_path: Path) -> None:
    found(tmp_path / "n", party="KEN", practice=False)
    with opened(tmp_path / "n") as desks:
        assert desks.makers.ground() is None
        actor = desks.place.actor(None, unlock=False)
        practice = desks.practice
        for refused in (
            lambda: practice.list(actor),
            lambda: practice.show(actor, name="mended"),
            lambda: practice.start(actor, name="mended"),
            lambda: practice.advance(actor, name="mended"),
        ):
            with pytest.raises(DeniedError) as caught:
                refused()
            assert caught.value.code == "practice.live"
        with pytest.raises(DeniedError):
            PracticeDesk(desks=desks, ground=None).list(actor)
        assert not (tmp_path / "n/practice").exists()


def test_every_guided_case_has_its_words_and_its_exhibits() -> None:
    for guided in guided_cases():
        keys = [f"practice.{guided.name}.{word}" for word in ("title", "story")]
        keys += [f"practice.{guided.name}.{step.id}.goal" for step in guided.steps]
        keys += [f"practice.{guided.name}.{step.id}.hint" for step in guided.steps if step.by == "own"]
        for language in LANGUAGES:
            assert set(keys) <= set(catalogue(language)), language
        assert len({step.id for step in guided.steps}) == len(guided.steps)
        for step in guided.steps:
            assert step.basis
            assert (step.by == "partner") == bool(step.moves)
            assert (step.by == "own") == bool(step.commands and step.page)
            for name in (*step.exhibits, *(name for move in step.moves for name in move.exhibits)):
                assert exhibit(name)
