"""What ranking finds where no profile speaks: a place to begin reading, claimed by nobody."""

from collections.abc import Iterable
from datetime import date

from comity.kernel.errors import NotFoundError
from comity.law.gaps import Filled, Gap
from comity.law.matters import matters
from comity.law.service import Corpus, Finding

MOST_HINTS = 5


def hints(
    corpus: Corpus, country: str, found: Iterable[Gap], *, today: date
) -> dict[int, tuple[Finding, ...]]:
    """Return what ranking gives for each article of which a profile says nothing; none without its law."""
    wanted = [
        one.asked.article
        for one in found
        if one.filled is Filled.UNKNOWN
        and one.asked.article in matters()
        and not (one.row and one.row.provisions)
    ]
    try:
        return {article: corpus.find(country, article, most=MOST_HINTS, today=today) for article in wanted}
    except NotFoundError:
        return {}
