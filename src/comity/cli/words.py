"""The sentences of the command line in the language asked for: a thin voice over :mod:`comity.wording`.

Its catalogue is ``comity/wording/catalogues/<language>/cli.json``; see there how keys are written.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from comity.cli.output import printable
from comity.wording import LANGUAGES, ProblemText, finding_text, label, problem_text, say

if TYPE_CHECKING:
    from comity.kernel.errors import ComityError
    from comity.kernel.findings import Finding


def language_for(*wishes: str, offered: tuple[str, ...] = LANGUAGES) -> str:
    """Return the first wish that is a language on offer (``fr`` for ``fr_CA.UTF-8``), else English."""
    for wish in wishes:
        short = wish.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if short in offered:
            return short
    return LANGUAGES[0]


class Words:
    """Speaks one language.

    Args:
        language: One of :data:`comity.wording.LANGUAGES`; of ``WRITTEN`` where findings are what is said.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, /, **parameters: str | int) -> str:
        """Return the sentence of a key, filled with its parameters."""
        return say(key, language=self.language, parameters=parameters)

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a sentence for the key."""
        return label(key, language=self.language) != key

    def label(self, family: str, code: str) -> str:
        """Return the label of a code, e.g. of a state; the code itself where the catalogue has none."""
        key = f"{family}.{code}"
        found = label(key, language=self.language)
        return code if found == key else found

    def finding(self, finding: Finding) -> str:
        """Return the sentence of a finding; what it quotes from outside is made harmless first."""
        quoted = {
            name: printable(value) if isinstance(value, str) else value
            for name, value in finding.parameters.items()
        }
        return finding_text(dataclasses.replace(finding, parameters=quoted), language=self.language)

    def remedy(self, finding: Finding) -> str:
        """Return what helps against a finding; empty where the catalogue says nothing."""
        key = f"remedy.{finding.code}"
        return label(key, language=self.language) if self.has(key) else ""

    def problem(self, error: ComityError) -> ProblemText:
        """Return an error as this reader is told it."""
        return problem_text(error.code, message=error.message, hint=error.hint, language=self.language)
