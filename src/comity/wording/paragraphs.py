"""Rules of the Convention in our own words, in the language of the reader where somebody wrote them."""

from comity.treaty.convention import Paragraph
from comity.treaty.views import ParagraphView
from comity.wording.catalogue import files, language_of

_FILE = "paragraphs.json"


def summary_said(rule: Paragraph | ParagraphView, *, language: str) -> tuple[str, str]:
    """Return the summary of a rule and the language in which it is: English where the language lacks it."""
    tongue = language_of(language)
    said = files(tongue).get(_FILE, {}).get(key_of(rule))
    return (said, tongue) if said is not None else (rule.summary, "en")


def key_of(rule: Paragraph | ParagraphView) -> str:
    """Return the key of a rule in the catalogues, e.g. ``40(8)`` or ``40(8).b``."""
    return f"paragraph.{rule.ref}" + (f".{rule.rule}" if rule.rule else "")
