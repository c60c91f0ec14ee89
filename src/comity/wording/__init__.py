"""Words, made at the rim: findings, labels and articles become sentences in a language.

Catalogues are JSON, one folder per language and one file per room: ``catalogues/en/requests.json``.
Each is one flat object of keys and sentences. To add words:

1. Add the key to the file of your room in **every** language folder (a test compares keys and placeholders).
2. A finding's key is its code; a field's ``field.<path>``; a choice's ``choice.<value>``; a ground's
   ``ground.<code>``; a kind's ``kind.<code>``; an instrument's ``instrument.<code>``; a practice Party's
   ``party.<code>``. No key stands in two files with different words.
3. A placeholder is ``{name}``, or ``{name:form}`` where the form is one of ``date`` (a day as
   ``2026-11-02``), ``number``, ``party`` (a Party code), ``language``, ``languages`` (tags and commas),
   ``instant`` (microseconds UTC), ``label`` (another key), or a family of codes such as ``ground`` or
   ``instrument``: ``speech.FORMS`` lists them all. Write sentences that need no plural.
4. Errors are English at their source. The other languages of ``LANGUAGES`` say what is wrong in
   ``errors.json``, under ``error.<code>``, and what helps under ``error_hint.<code>``: see ``problems``.
5. A new language is a new folder and a new code in ``LANGUAGES``. Chinese, Russian and Spanish are languages
   of letters and findings (``WRITTEN``): they have five files, each of them whole. ``letters.json`` is what
   stands in a letter; ``requests.json`` names fields, choices, kinds and instruments, and says findings with
   their remedies, cautions, grounds, mandates and formalities; ``assessment.json`` is what frames findings;
   ``safe.json`` is the page of a shelter, which is written in all of them;
   ``treaty.json`` has the titles of the Convention's articles and the elements of its offences.

A key that a language lacks is spoken in English; a key that nobody has is shown as it stands. In text
written from right to left every inserted value is wrapped in Unicode isolates, so that it keeps its order.

Loading is lazy: nothing is read before the first word is asked for, and Babel only for what needs it.
"""

from comity.wording.catalogue import LANGUAGES, WRITTEN, is_rtl, placeholders
from comity.wording.problems import ProblemText, problem_text
from comity.wording.speech import finding_text, label, say

__all__ = [
    "LANGUAGES",
    "WRITTEN",
    "ProblemText",
    "finding_text",
    "is_rtl",
    "label",
    "placeholders",
    "problem_text",
    "say",
]
