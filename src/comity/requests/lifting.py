"""What stands against lifting a measure on property: a Party that was not heard, a claim without a ruling."""

from collections.abc import Iterator, Mapping
from typing import Any

from comity.kernel.findings import Finding
from comity.requests.procedure import AtHome, found

LIFT = "measure.lift"
_GIVES_BACK = frozenset({"returned", "released", "lifted"})


def check_lifting(kind: str, body: Mapping[str, Any], home: AtHome) -> Iterator[Finding]:
    """Yield what the requested side has to settle before property is free again.

    A measure is lifted after the requesting Party was heard, wherever possible; where it did not answer, or
    could not be reached, a named person decides with a reason. While a third party claims the property
    in good faith, a court rules first.

    Args:
        kind: Kind of the act.
        body: Its skeleton.
        home: What is known at home.

    Basis: 50(8), 50(9)
    """
    if kind == LIFT:
        yield from _heard(body, home)
    elif kind != "recall.answer" or body.get("result") not in _GIVES_BACK:
        return
    for name in home.claims:
        yield found("procedure.lift_claim", basis="50(9)", asset=name)


def _heard(body: Mapping[str, Any], home: AtHome) -> Iterator[Finding]:
    hearing, unheard = body.get("hearing"), body.get("unheard")
    if hearing is not None:
        answered = home.hearings.get(str(hearing))
        if answered is None:
            yield found("procedure.lift_unheard", basis="50(8)", field="/hearing")
        elif not answered:
            yield found("procedure.lift_unanswered", basis="50(8)", field="/hearing")
    elif unheard is not None:
        yield found("procedure.lift_not_possible", basis="50(8)", field="/unheard", why=f"talk.{unheard}")
    else:
        yield found("procedure.lift_unheard", basis="50(8)", field="/hearing")
