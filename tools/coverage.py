"""Measure the assessment on seeds that were written from the treaty, and print the figures.

Run from the root of the repository: ``python -m tools.coverage``. The seeds lie in ``tests/coverage``: forms
that an examiner in a ministry would stop or question, stories with a red flag, stories that only look like
one, and lawful variants. A seed changes an example of a kind; what counts is what is new beside the findings
of the example itself. ``--missed`` lists each seed that was not found and each false alarm.

A bad seed is found when a new finding of at least the expected severity stands at an expected field or cites
an expected paragraph; a story when a new finding that a person must decide cites an expected paragraph.
"""

import json
import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from comity.kernel.findings import Finding, Severity
from comity.requests import redflags, service
from comity.requests.concepts import Concepts
from comity.requests.lexicon import Lexicon

SEEDS = Path(__file__).resolve().parents[1] / "tests" / "coverage"
ON = date(2026, 11, 22)
RANK = {Severity.NOTE: 0, Severity.DECIDE: 1, Severity.BLOCKS: 2}
FREE_TEXT = {"spontaneous-information": "/subject"}
LANGUAGE_RULES = "40(13)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the assessment said to one seed: whether it was right, and the new findings."""

    seed: str
    right: bool
    new: tuple[Finding, ...]


def read_once() -> None:
    """Let equal words be read once: those of an example stand in hundreds of seeds, and reading is pure."""
    for owner, name in ((Concepts, "sentences"), (Lexicon, "raised"), (redflags, "raised")):
        reads = getattr(owner, name)
        if not hasattr(reads, "cache_info"):
            setattr(owner, name, cache(reads))


def seeds(folder: str, name: str) -> list[dict[str, Any]]:
    """Return the seeds of one file of one set."""
    loaded: list[dict[str, Any]] = json.loads((SEEDS / folder / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def form_of(seed: dict[str, Any]) -> dict[str, Any]:
    """Return the example of the kind with the changes of the seed, and its story where it has one."""
    form: dict[str, Any] = json.loads(example(seed["kind"], seed.get("variant", 1)))
    for pointer, value in seed["change"].items():
        change(form, pointer, value)
    if "text" in seed:
        change(form, FREE_TEXT.get(seed["kind"], "/facts"), {"text": seed["text"], "language": seed["lang"]})
    return form


@cache
def example(kind: str, variant: int) -> str:
    """Return an example of a kind as JSON."""
    return json.dumps(service.example(kind, on=ON, variant=variant))


def change(form: dict[str, Any], pointer: str, value: Any) -> None:
    """Set the value at a JSON pointer, or take it away where the value is None."""
    *way, last = pointer.split("/")[1:]
    place: Any = form
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    if isinstance(place, list):
        index = int(last)
        place[index : index + 1] = [] if value is None else [value]
    elif value is None:
        place.pop(last, None)
    else:
        place[last] = value


def new_findings(seed: dict[str, Any], side: str) -> tuple[Finding, ...]:
    """Return the findings of the changed form that its example does not have."""
    known = known_marks(seed["kind"], seed.get("variant", 1), side)
    return tuple(finding for finding in assessed(form_of(seed), side) if mark(finding) not in known)


@cache
def known_marks(kind: str, variant: int, side: str) -> frozenset[tuple[str, str, str, str]]:
    """Return the marks of the findings that an example has by itself."""
    return frozenset(mark(one) for one in assessed(service.example(kind, on=ON, variant=variant), side))


def mark(finding: Finding) -> tuple[str, str, str, str]:
    """Return what makes a finding the same one."""
    return finding.code, finding.field, str(finding.basis), finding.severity.value


def assessed(form: dict[str, Any], side: str) -> tuple[Finding, ...]:
    """Return the findings of a form on the fixed day."""
    return tuple(service.check(json.dumps(form).encode(), side=side, on=ON).findings)


def sides(seed: dict[str, Any]) -> tuple[str, ...]:
    """Return the sides on which a seed must be judged."""
    return ("requesting", "requested") if seed["side"] == "both" else (seed["side"],)


def cites(finding: Finding, paragraphs: list[str]) -> bool:
    """Tell whether a finding cites one of some paragraphs, or a part of one."""
    return any(str(finding.basis) == one or str(finding.basis).startswith(f"{one}(") for one in paragraphs)


def stands_at(finding: Finding, pointers: list[str]) -> bool:
    """Tell whether a finding stands at one of some fields, or inside one."""
    return any(finding.field == one or finding.field.startswith(f"{one}/") for one in pointers)


def judge_bad(seed: dict[str, Any]) -> Verdict:
    """Judge a seed that must be found, on each of its sides."""
    expect, found, seen = seed["expect"], True, []
    for side in sides(seed):
        new = new_findings(seed, side)
        least = RANK[Severity(expect["severity"])]
        found &= any(
            RANK[one.severity] >= least and (stands_at(one, expect["at"]) or cites(one, expect["basis"]))
            for one in new
        )
        seen.extend(new)
    return Verdict(seed=seed["id"], right=found, new=tuple(seen))


def judge_story(seed: dict[str, Any]) -> Verdict:
    """Judge a story with a red flag: a person must be brought in, and nothing is decided by it."""
    found, seen = True, []
    for side in sides(seed):
        new = new_findings(seed, side)
        found &= any(one.severity is Severity.DECIDE and cites(one, seed["basis"]) for one in new)
        seen.extend(new)
    return Verdict(seed=seed["id"], right=found, new=tuple(seen))


def judge_innocent(seed: dict[str, Any]) -> Verdict:
    """Judge a story that must raise nothing; what is said of its language does not count."""
    new = tuple(
        one for side in sides(seed) for one in new_findings(seed, side) if not cites(one, [LANGUAGE_RULES])
    )
    return Verdict(seed=seed["id"], right=not new, new=new)


def judge_lawful(seed: dict[str, Any]) -> Verdict:
    """Judge a lawful variant: nothing new may stop it or ask for a decision."""
    new = tuple(
        one for side in sides(seed) for one in new_findings(seed, side) if one.severity is not Severity.NOTE
    )
    return Verdict(seed=seed["id"], right=not new, new=new)


JUDGES = {"bad": judge_bad, "stories": judge_story, "innocent": judge_innocent, "lawful": judge_lawful}


@cache
def judged(folder: str) -> dict[str, list[Verdict]]:
    """Return the verdicts on each file of a set."""
    read_once()
    return {
        name: [judge(seed) for seed in seeds(folder, name)]
        for name, judge in JUDGES.items()
        if (SEEDS / folder / f"{name}.json").exists()
    }


def folders() -> tuple[str, ...]:
    """Return the sets of seeds, in order."""
    return tuple(sorted(path.name for path in SEEDS.iterdir() if path.is_dir()))


def counted(folder: str) -> dict[str, str]:
    """Return for each file of a set how many were found, or raised an alarm, as ``n of m (x %)``."""
    told = dict.fromkeys(JUDGES, "")
    for name, verdicts in judged(folder).items():
        right = sum(verdict.right for verdict in verdicts)
        some = right if name in ("bad", "stories") else len(verdicts) - right
        told[name] = f"{some} of {len(verdicts)} ({100 * some / len(verdicts):.1f} %)"
    return told


def main(arguments: list[str]) -> int:
    """Print the figures of each set, and what was missed where it is asked."""
    for folder in folders():
        for name, verdicts in judged(folder).items():
            right = sum(verdict.right for verdict in verdicts)
            print(f"{folder} {name}: {right} of {len(verdicts)} right ({100 * right / len(verdicts):.1f} %)")
            if "--missed" in arguments:
                for verdict in verdicts:
                    if not verdict.right:
                        print(
                            "   ",
                            verdict.seed,
                            *(f"{one.code}@{one.field}[{one.basis}]" for one in verdict.new),
                        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
