"""Prints statements on restitution: joins the words with the typesetter."""

from comity.engines.letters.pdf import report_pdf
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import MalformedError
from comity.restitution.views import Statement
from comity.wording import LANGUAGES
from comity.wording.letters import letter_languages
from comity.wording.restitution import statement_report


def print_statement(statement: Statement, *, languages: str, author: str) -> bytes:
    """Return a statement as PDF; see ``wording.restitution.PrintStatement``."""
    chosen = letter_languages(languages or "en")
    for one in chosen:
        if one not in LANGUAGES:
            raise MalformedError(
                "letter.language",
                f"a statement on restitution is not written in {one!r}",
                hint="use one or two of " + ", ".join(LANGUAGES),
                where="language",
            )
    on = to_date(Instant(statement.at))
    words = statement_report(statement, languages=chosen, author=author, on=on)
    return report_pdf(words, author=author, on=on)
