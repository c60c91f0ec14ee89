"""An error in the language of its reader: the catalogue's sentence first, the English original beside it.

The messages of errors are English at their source and name what was found: sizes, names, ids. ``errors.json``
of every other language says under ``error.<code>`` what is wrong and under ``error_hint.<code>`` what helps,
for all messages of that code. Codes that only messages between nodes have are said by their family:
``error.<first part of the code>``.
"""

from dataclasses import dataclass

from comity.wording.catalogue import FALLBACK, catalogue, language_of

_SAYS, _HELPS = "error", "error_hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemText:
    """What a person reads of an error.

    Attributes:
        language: Of ``message`` and ``hint``: that of the reader, or English where it lacks the code.
        message: What is wrong, one sentence without a full stop.
        hint: What helps; empty when nothing is known to help.
        detail: The original in English, message and hint, with what is filled in; empty where these are
            ``message`` and ``hint``.
    """

    language: str
    message: str
    hint: str
    detail: str

    def __post_init__(self) -> None:
        if not self.message:
            raise ValueError("a problem says something")


def problem_text(code: str, *, message: str, hint: str = "", language: str = FALLBACK) -> ProblemText:
    """Return an error as its reader is told it.

    Args:
        code: The error's dotted code.
        message: Its English message.
        hint: Its English hint; empty without one.
        language: Language tag of the reader.
    """
    tongue = language_of(language)
    said = "" if tongue == FALLBACK else _sentence(code, tongue)
    if not said:
        return ProblemText(language=FALLBACK, message=message, hint=hint, detail="")
    helps = catalogue(tongue).get(f"{_HELPS}.{code}", "") if hint else ""
    detail = f"{message}; {hint}" if hint else message
    return ProblemText(language=tongue, message=said, hint=helps, detail=detail)


def _sentence(code: str, tongue: str) -> str:
    """Return the sentence of a code or of its family; empty where the language has neither."""
    words = catalogue(tongue)
    return words.get(f"{_SAYS}.{code}") or words.get(f"{_SAYS}.{code.partition('.')[0]}", "")
