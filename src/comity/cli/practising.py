"""Guided cases: what to do next in plain words, and whether the case shows that it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, wrap

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.practicing import PracticeView, StepView


def listing(context: Context) -> Reply:
    """List the guided cases."""
    with context.seated() as (desks, actor):
        found = desks.practice.list(actor)
    lines = []
    for one in found:
        lines += [_head(context, one), *wrap(context.say(f"practice.{one.name}.story"), indent=4)]
    return Reply(value={"cases": [_value(context, one) for one in found]}, lines=tuple(lines))


def start(context: Context) -> Reply:
    """Begin a guided case."""
    with context.seated() as (desks, actor):
        view = desks.practice.start(actor, name=context.options.text("guided"))
    return _told(context, view)


def advance(context: Context) -> Reply:
    """Let the other side act and show the next step."""
    with context.seated() as (desks, actor):
        view = desks.practice.advance(actor, name=context.options.text("guided"))
    return _told(context, view)


def show(context: Context) -> Reply:
    """Show a guided case as it stands."""
    with context.seated() as (desks, actor):
        view = desks.practice.show(actor, name=context.options.text("guided"))
    return _told(context, view)


def _told(context: Context, view: PracticeView) -> Reply:
    lines = [_head(context, view)]
    for number, step in enumerate(view.steps, start=1):
        lines += wrap(_line(context, view, step, number), indent=2, hang=5)
        if step.now:
            lines += _help(context, view, step)
    if view.colleague:
        lines += wrap(context.say("practice.line.colleague", officer=view.colleague), indent=0)
    if not view.begun:
        lines.append(context.say("practice.line.begin", command=f"comity practice start {view.name}"))
    elif view.done:
        lines.append(context.say("practice.line.done"))
    return Reply(value=_value(context, view), lines=tuple(lines))


def _head(context: Context, view: PracticeView) -> str:
    return context.say(
        "practice.line.case",
        title=context.say(f"practice.{view.name}.title"),
        name=view.name,
        done=sum(step.done for step in view.steps),
        all=len(view.steps),
    )


def _line(context: Context, view: PracticeView, step: StepView, number: int) -> str:
    mark = "[x]" if step.done else "[>]" if step.now else "[ ]"
    return context.say(
        "practice.line.step",
        mark=mark,
        number=number,
        who=context.say("practice.own" if step.own else "practice.partner"),
        goal=context.say(f"practice.{view.name}.{step.id}.goal"),
        basis=step.basis,
    )


def _help(context: Context, view: PracticeView, step: StepView) -> tuple[str, ...]:
    if not step.own:
        return ()
    hint = context.say("practice.line.hint", hint=context.say(f"practice.{view.name}.{step.id}.hint"))
    lines = [*wrap(hint, indent=7), *(f"       comity {printable(line)}" for line in step.commands)]
    lines.append("       " + context.say("practice.line.files", folder=printable(view.folder)))
    lines.append("       " + context.say("practice.line.then", command=f"comity practice next {view.name}"))
    return tuple(lines)


def _value(context: Context, view: PracticeView) -> Value:
    return {
        "name": view.name,
        "title": context.say(f"practice.{view.name}.title"),
        "begun": view.begun,
        "done": view.done,
        "case": view.case,
        "partner": view.partner,
        "folder": view.folder,
        "colleague": view.colleague,
        "steps": [
            {
                "id": step.id,
                "own": step.own,
                "basis": step.basis,
                "done": step.done,
                "now": step.now,
                "goal": context.say(f"practice.{view.name}.{step.id}.goal"),
                "commands": list(step.commands),
            }
            for step in view.steps
        ],
    }
