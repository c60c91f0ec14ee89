"""Reviews of national law and signed profiles, in SQL: both only grow."""

from sqlalchemy import bindparam, func, select

from comity.kernel.errors import ConflictError
from comity.law.ports import ReviewRecord, StatedRecord
from comity.storage.sql.law_tables import LAW_PROFILE, LAW_REVIEW
from comity.storage.sql.statements import Row, Rows, Statement, insert_new, insert_row

_R, _P = LAW_REVIEW.c, LAW_PROFILE.c
_COUNT = Statement(select(func.coalesce(func.max(_R.number), 0)))
_ADD = insert_row(LAW_REVIEW)
_OF_COUNTRY = select(LAW_REVIEW).where(_R.country == bindparam("of")).order_by(_R.number)
_REVIEWS = Statement(_OF_COUNTRY)
_OF_ARTICLE = Statement(_OF_COUNTRY.where(_R.article == bindparam("article")))
_ONE = Statement(select(LAW_REVIEW).where(_R.number == bindparam("of")))
_COUNTRIES = Statement(select(_R.country).distinct().order_by(_R.country))
_ADD_STATED = insert_new(LAW_PROFILE)
_STATED = Statement(select(LAW_PROFILE).where(_P.root == bindparam("of")).order_by(_P.version))
_NEWEST = Statement(
    select(LAW_PROFILE).where(_P.root == bindparam("of")).order_by(_P.version.desc()).limit(1)
)


class SqlLawStore:
    """The law desk's rows, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add_review(self, record: ReviewRecord) -> None:
        """Append a review; ConflictError ``law.review_number`` unless its number is the next."""
        count = self.review_count()
        if record.number != count + 1:
            raise ConflictError("law.review_number", f"the next review is {count + 1}, not {record.number}")
        self._rows.put(_ADD, (record.number, record.country, record.article, record.line))

    def reviews(self, country: str, *, article: int = 0) -> tuple[ReviewRecord, ...]:
        """Return the reviews of the law of a State, by number; of one article where one is named."""
        if article:
            found = self._rows.all(_OF_ARTICLE, of=country, article=article)
        else:
            found = self._rows.all(_REVIEWS, of=country)
        return tuple(map(_review, found))

    def review(self, number: int) -> ReviewRecord | None:
        """Return one review; None for a number that none has."""
        row = self._rows.one(_ONE, of=number)
        return None if row is None else _review(row)

    def reviewed_countries(self) -> tuple[str, ...]:
        """Return the States whose law was reviewed, sorted."""
        return tuple(str(row[0]) for row in self._rows.all(_COUNTRIES))

    def review_count(self) -> int:
        """Return how many reviews there are."""
        row = self._rows.one(_COUNT)
        return int(row[0]) if row else 0

    def add_stated(self, record: StatedRecord) -> None:
        """Keep a version of a profile; ConflictError ``law.profile_version`` if it is held already."""
        row = (record.root, record.version, record.statement, record.taken_at)
        if not self._rows.put(_ADD_STATED, row):
            raise ConflictError("law.profile_version", f"version {record.version} is held already")

    def newest_stated(self, root: str) -> StatedRecord | None:
        """Return the highest version of a Party's profile that is held; None where there is none."""
        row = self._rows.one(_NEWEST, of=root)
        return None if row is None else _stated(row)

    def stated(self, root: str) -> tuple[StatedRecord, ...]:
        """Return the versions of a Party's profile, the lowest first."""
        return tuple(map(_stated, self._rows.all(_STATED, of=root)))


def _review(row: Row) -> ReviewRecord:
    number, country, article, line = row
    return ReviewRecord(number=number, country=country, article=article, line=bytes(line))


def _stated(row: Row) -> StatedRecord:
    root, version, statement, taken_at = row
    return StatedRecord(root=root, version=version, statement=bytes(statement), taken_at=taken_at)
