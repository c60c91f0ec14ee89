"""Officers at work in a process of their own, as with the command line: each issued act is told durably."""

import json
import os
import time
from contextlib import ExitStack

from comity.kernel.errors import ConflictError, UnavailableError
from comity.kernel.ijson import dump_ijson

PATIENCE_SECONDS = 60
"""A last resort against hanging, never a measure."""
FINAL = ("exchange.halted", "store.full")


def work(folder: str, plan: list[dict]) -> None:
    """Do the steps of a plan one after the other, and write a line for each act that was issued."""
    from comity.bootstrap import toolbox

    with ExitStack() as stack:
        desks = _patiently(
            lambda: stack.enter_context(toolbox().open_node(folder, unlock=lambda _officer: None))
        )
        for step in plan:
            act = _patiently(lambda step=step: _done(desks, step))
            os.write(1, json.dumps({"act": act, "kind": step.get("kind")}).encode() + b"\n")
            os.fsync(1)


def _patiently(do):
    """Try again what another step, or the other office, was quicker with."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return do()
        except (ConflictError, UnavailableError) as exc:
            if exc.code in FINAL or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _done(desks, step: dict) -> str:
    """Issue; where the store was away, look again for what was left: it may be stored all the same."""
    try:
        return _issue(desks, step)
    except UnavailableError:
        step.pop("cleared", None)
        raise


def _issue(desks, step: dict) -> str:
    """Return the id of the act; empty where it turned out that it was issued before."""
    duty, head = desks.actor(step["duty"]), desks.actor(step["head"])
    draft = _drafted(desks, duty, step)
    if draft is None:
        return ""  # by an officer who was killed before it was told
    try:
        for finding in draft.undecided:
            desks.cases.decide(head, act=draft.act, finding=finding, outcome="proceed", inner="practice")
        for officer in (duty, head)[: draft.persons_needed]:
            draft = desks.cases.approve(officer, act=draft.act, reason="practice")
        return desks.cases.issue(duty, act=draft.act).act
    except ConflictError as exc:
        desks.cases.drop(duty, act=draft.act)
        if exc.code == "package.delivered":
            return ""  # by an officer who was killed before it was told
        raise  # its place was taken meanwhile


def _drafted(desks, duty, step: dict):
    case = step["case"]
    if case is None:
        return desks.cases.draft_request(duty, form=dump_ijson(step["form"]), to=step["to"])
    if "cleared" not in step:
        view = desks.cases.show(duty, case=case, purpose="practice")
        for left in view.drafts:
            desks.cases.drop(duty, act=left.act)  # of an officer whose process was killed, or our own
        if step.get("bag_root") in {one.bag_root for one in view.deliveries}:
            return None
        step["cleared"] = True
    form = step.get("form") or json.loads(
        desks.evidence.deliver_form(duty, case=case, bag_root=step["bag_root"])
    )
    return desks.cases.draft_act(duty, kind=step["kind"], case=case, form=dump_ijson(form))
