"""Write docs/reference/rules.md from the catalogue of assessment rules.

Called by ``python -m tools.reference``; :func:`page` is compared with the file by a test.
"""

import json
from pathlib import Path

from comity.requests.codes import SEVERITIES
from comity.requests.redflags import flags
from comity.requests.rulebook import WITHOUT_CASE, Case, Rule, rules
from comity.wording import label

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "docs" / "reference" / "rules.md"
HEAD = """# Assessment rules

Made from the catalogue of rules by `python -m tools.reference`; do not edit. Each rule is a small pure
function over a request form; it has a paragraph, a weight, a sentence and a remedy in every language, and
cases that a test runs: one that it finds and one that it leaves. `blocks` stops the step, `decide` waits for
a named officer, `note` is worth knowing. A form is named with the number of its example, and what is changed.

"""


def page() -> str:
    """Return the text of the page."""
    flagged = ", ".join(f"`{flag}`" for flag in flags())
    lines = [HEAD + f"Red flags bring a person in and never decide: {flagged}.", ""]
    lines += [
        "| rule | weight | paragraphs | what helps | found in | left alone in |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(rule) for rule in sorted(rules(), key=lambda rule: rule.code)]
    others = ", ".join(f"`{code}` ({SEVERITIES[code].value})" for code in sorted(WITHOUT_CASE))
    lines += [
        "",
        f"Without a case, since nothing but the Convention is in force in the packs that ship: {others}.",
    ]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    found, left = ([_said(case) for case in rule.cases if case.finds is finds] for finds in (True, False))
    cells = (
        f"`{rule.code}`",
        rule.severity.value,
        ", ".join(rule.bases),
        label(rule.remedy).replace("|", "\\|"),
        "; ".join(found),
        "; ".join(left),
    )
    return f"| {' | '.join(cells)} |"


def _said(case: Case) -> str:
    about = case.about
    if "kind" not in about:
        return "`" + json.dumps(dict(about), ensure_ascii=False).replace("|", "\\|") + "`"
    changes = "; ".join(
        f"`{pointer}` {'taken away' if value is None else _short(value)}"
        for pointer, value in about.get("set", {}).items()
    )
    extra = f", skeleton of class {about['skeleton_class']}" if "skeleton_class" in about else ""
    if "published" in about:
        extra += f", published {_short(about['published'], most=240)}"
    named = f"{about['kind']} {about.get('variant', 1)}, {about['side']}{extra}"
    return f"{named}: {changes}" if changes else named


def _short(value: object, *, most: int = 60) -> str:
    text = json.dumps(value, ensure_ascii=False).replace("|", "\\|")
    return f"`{text}`" if len(text) <= most else f"`{text[: most - 3]}…`"
