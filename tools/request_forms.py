"""Write docs/spec/request-forms.md from the forms: every kind, and every field with its paragraph.

Called by ``python -m tools.reference``; :func:`page` is compared with the file by a test.
"""

from collections.abc import Iterator
from pathlib import Path

from comity.requests.examples import variants_of
from comity.requests.forms import Condition, Field, FieldType, form_of
from comity.requests.kinds import RequestKind, all_kinds
from comity.treaty.packs import practice_pack
from comity.wording import label

ROOT = Path(__file__).resolve().parents[1]
FORMS = ROOT / "docs" / "spec" / "request-forms.md"
HEAD = """# Request forms

Normative. Made from the data of the forms by `python -m tools.reference`; do not edit. How a form is read,
and what the columns mean, stands in [requests.md](requests.md).

*depth* `deep`: every step of the mechanism; `form`: form, checklist, letter and custody clocks. *classes*:
scope classes that the Convention opens the mechanism for. *persons*: officers who approve the act. *grounds*:
the set of grounds on which the request may be refused. A postponement is open where *postponed* says so.
"""
COLUMNS = (
    *("kind", "article", "opened by", "fields from", "act", "depth", "classes", "persons"),
    *("coercive", "postponed", "grounds", "examples"),
)


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD, f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    lines += [_kind_row(kind) for kind in all_kinds()]
    for kind in all_kinds():
        lines += ["", f"## {kind.code}", "", f"{label(kind.label)} ({kind.mechanism}).", ""]
        lines += ["| field | holds | needed | paragraph | place |", "|---|---|---|---|---|"]
        lines += [
            f"| `{where}` | {holds(one)} | {needed(one)} | {one.basis}{' serves' if one.serves else ''} | "
            f"{'skeleton' if one.in_skeleton else 'part'}{f', clock {one.clock}' if one.clock else ''} |"
            for where, one in fields(form_of(kind))
        ]
    return "\n".join(lines) + "\n"


def _kind_row(kind: RequestKind) -> str:
    classes = " ".join(sorted(c.value for c in practice_pack().mechanisms[kind.code].classes))
    cells = (
        f"`{kind.code}`",
        kind.article,
        kind.mechanism,
        kind.fields_from,
        f"`{kind.act}`",
        kind.depth.value,
        classes,
        "2" if kind.two_person else "1",
        "yes" if kind.coercive else "no",
        "yes" if kind.postponable else "no",
        kind.grounds,
        str(variants_of(kind)),
    )
    return f"| {' | '.join(cells)} |"


def fields(some: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Field]]:
    """Yield every field with its place; ``*`` stands for each element of a list."""
    for one in some:
        here = f"{above}/{one.name}"
        yield here, one
        if one.of is not None:
            yield from fields(one.of.fields, f"{here}/*")
        elif not one.is_free_text:
            yield from fields(one.fields, here)


def holds(one: Field) -> str:
    """Return what a field holds, in words."""
    if one.of is not None:
        return f"list of at most {one.most}: {holds(one.of)}"
    if one.is_free_text:
        return "free text"
    if one.choices:
        return " ".join(map(str, one.choices))
    if one.type is FieldType.INTEGER:
        return f"integer, {one.least} to {one.most}"
    return one.type.value.replace("_", " ")


def needed(one: Field) -> str:
    """Return when a field is required, in words."""
    return "yes" if one.required else f"if {' or '.join(map(_condition, one.when))}" if one.when else ""


def _condition(one: Condition) -> str:
    return one.name if one.values == (True,) else f"{one.name} is {' or '.join(map(str, one.values))}"
