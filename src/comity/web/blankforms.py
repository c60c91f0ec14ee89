"""Forms of named texts in pages: one field for each blank, filled with what was posted."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.cases.blanks import Answer, Blank
from comity.web.visits import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankField:
    """One field.

    Attributes:
        shape: How it is read.
        value: What was posted; of a secret nothing.
        options: Values with their names, for a choice.
    """

    name: str
    label: str
    shape: str
    needed: bool
    value: str
    options: tuple[tuple[str, str], ...] = ()


def blank_fields(visit: Visit, blanks: Sequence[Blank], *, family: str) -> tuple[BlankField, ...]:
    """Return the fields of a form; their names stand in the catalogue under the family."""
    return tuple(
        BlankField(
            name=one.name,
            label=visit.words.label(f"{family}.field", one.name),
            shape=one.answer.value,
            needed=one.needed,
            value="" if one.secret else visit.form.get(one.name),
            options=_options(visit, one, family),
        )
        for one in blanks
    )


def blank_values(visit: Visit, blanks: Sequence[Blank]) -> dict[str, str]:
    """Return what was posted for a form."""
    return {one.name: visit.form.get(one.name) for one in blanks}


def _options(visit: Visit, blank: Blank, family: str) -> tuple[tuple[str, str], ...]:
    codes = ("yes", "no") if blank.answer is Answer.FLAG else blank.choices
    return tuple(visit.choices(f"{family}.choice", codes))
