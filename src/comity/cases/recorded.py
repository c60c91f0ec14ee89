"""What stands on record for one request: orders, decisions, deliveries, questions."""

from comity.cases import kinds
from comity.cases.rulings import Rulings, executed
from comity.cases.state import Decided, Delivery, Handed, Item, Lifting, Order, Question
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId


def orders(rulings: Rulings) -> tuple[Order, ...]:
    """Return the recorded domestic orders that hold for some item."""
    made = []
    for step in rulings.of_kind("order.record"):
        names = tuple(sorted(item for item in step.items if rulings.stands(step, item)))
        if names and isinstance(step.body, kinds.OrderBody):
            until = None if step.body.until is None else Instant(step.body.until)
            made.append(Order(act=step.id, items=names, start=Instant(step.body.start), until=until))
    return tuple(sorted(made, key=lambda order: order.act))


def decisions(rulings: Rulings) -> tuple[Decided, ...]:
    """Return the decisions to transmit that hold for some item."""
    made = []
    for step in rulings.of_kind("transmission.decide"):
        names = tuple(sorted(item for item in step.items if rulings.stands(step, item)))
        if names:
            made.append(Decided(act=step.id, items=names))
    return tuple(sorted(made, key=lambda decided: decided.act))


def deliveries(rulings: Rulings) -> tuple[Delivery, ...]:
    """Return the deliveries that hold for some item, recalled ones too."""
    made = []
    for step in rulings.of_kind("evidence.deliver"):
        names = sorted(item for item in step.items if rulings.stands(step, item))
        if names and isinstance(step.body, kinds.DeliverBody):
            made.append(
                Delivery(
                    act=step.id,
                    items=tuple(Item(id=name, state=executed(step, name)) for name in names),
                    decision=ActId(step.body.decision),
                    bag_root=step.body.bag_root,
                    recalled=rulings.is_recalled(step.id),
                )
            )
    return tuple(sorted(made, key=lambda delivery: delivery.act))


def handed(rulings: Rulings) -> tuple[Handed, ...]:
    """Return what went from hand to hand and holds for some item, recalled ones too."""
    made = []
    for step in rulings.of_kind("evidence.hand"):
        names = sorted(item for item in step.items if rulings.stands(step, item))
        if names and isinstance(step.body, kinds.HandBody):
            made.append(
                Handed(
                    act=step.id,
                    items=tuple(Item(id=name, state=executed(step, name)) for name in names),
                    medium=step.body.medium,
                    decision=None if step.body.decision is None else ActId(step.body.decision),
                    recalled=rulings.is_recalled(step.id),
                )
            )
    return tuple(sorted(made, key=lambda one: one.act))


def questions(rulings: Rulings) -> tuple[Question, ...]:
    """Return every question of the requested side, by time, with the time of its first answer."""
    answered: dict[str, Instant] = {}
    for step in rulings.of_kind("request.answer"):
        if isinstance(step.body, kinds.AnswerBody):
            name = step.body.clarify
            answered[name] = min(step.act.at, answered.get(name, step.act.at))
    found = [
        Question(act=s.id, asked_at=s.act.at, answered_at=answered.get(s.id))
        for s in rulings.of_kind("request.clarify")
    ]
    return tuple(sorted(found, key=lambda question: (question.asked_at, question.act)))


def originals(rulings: Rulings) -> tuple[tuple[str, Instant], ...]:
    """Return what the requested side says came beside the request, each form once, with when it first came.

    Basis: 40(13)
    """
    first: dict[str, int] = {}
    for step in rulings.of_kind("original.confirm"):
        if isinstance(step.body, kinds.OriginalBody):
            first[step.body.form] = min(step.body.at, first.get(step.body.form, step.body.at))
    return tuple((form, Instant(at)) for form, at in sorted(first.items()))


def liftings(rulings: Rulings) -> tuple[Lifting, ...]:
    """Return the measures on property that were lifted, oldest first.

    Basis: 50(8)
    """
    found = [
        Lifting(
            act=step.id,
            items=step.body.items,
            at=step.act.at,
            ground=step.body.ground,
            hearing=None if step.body.hearing is None else ActId(step.body.hearing),
            unheard=step.body.unheard or "",
        )
        for step in rulings.of_kind("measure.lift")
        if isinstance(step.body, kinds.LiftBody)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.act)))
