"""The sentences of the command line in the language asked for.

The catalogue is ``comity/wording/catalogues/<language>/cli.json``: one flat object of keys and
sentences with ``{names}`` for what they need.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from comity.cli.output import isolate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.kernel.findings import Finding

LANGUAGES = ("en", "fr", "ar")


def language_for(*wishes: str) -> str:
    """Return the first wish that is a language on offer (``fr`` for ``fr_CA.UTF-8``), else English."""
    for wish in wishes:
        short = wish.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if short in LANGUAGES:
            return short
    return LANGUAGES[0]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return all sentences of the command line in one language."""
    import json

    from comity.kernel.packaged import packaged_bytes

    sentences: Mapping[str, str] = json.loads(packaged_bytes("comity.wording", f"catalogues/{language}/cli.json"))
    return sentences


class Words:
    """Speaks one language.

    Args:
        language: One of :data:`LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **parameters: str | int) -> str:
        """Return the sentence of a key, filled with its parameters.

        Raises:
            KeyError: The catalogue lacks the key or the call a parameter: a fault of ours.
        """
        filled = {name: isolate(str(value), self.language) for name, value in parameters.items()}
        return catalogue(self.language)[key].format(**filled)

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a sentence for the key."""
        return key in catalogue(self.language)

    def label(self, family: str, code: str) -> str:
        """Return the label of a code, e.g. of a state; the code itself where the catalogue has none."""
        key = f"{family}.{code}"
        return catalogue(self.language).get(key, code)

    def finding(self, finding: Finding) -> str:
        """Return the sentence of a finding."""
        from comity.wording import finding_text

        return finding_text(finding, language=self.language)
