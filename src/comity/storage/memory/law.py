"""Reviews of national law and signed profiles, in memory."""

from comity.kernel.errors import ConflictError
from comity.law.ports import ReviewRecord, StatedRecord


class MemoryLawStore:
    """The law desk's rows; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._reviews: list[ReviewRecord] = []
        self._stated: dict[tuple[str, int], StatedRecord] = {}

    def add_review(self, record: ReviewRecord) -> None:
        """Append a review; ConflictError ``law.review_number`` unless its number is the next."""
        count = self.review_count()
        if record.number != count + 1:
            raise ConflictError("law.review_number", f"the next review is {count + 1}, not {record.number}")
        self._reviews.append(record)

    def reviews(self, country: str, *, article: int = 0) -> tuple[ReviewRecord, ...]:
        """Return the reviews of the law of a State, by number; of one article where one is named."""
        return tuple(one for one in self._reviews if one.country == country and article in (0, one.article))

    def review(self, number: int) -> ReviewRecord | None:
        """Return one review; None for a number that none has."""
        return self._reviews[number - 1] if 1 <= number <= len(self._reviews) else None

    def reviewed_countries(self) -> tuple[str, ...]:
        """Return the States whose law was reviewed, sorted."""
        return tuple(sorted({one.country for one in self._reviews}))

    def review_count(self) -> int:
        """Return how many reviews there are."""
        return len(self._reviews)

    def add_stated(self, record: StatedRecord) -> None:
        """Keep a version of a profile; ConflictError ``law.profile_version`` if it is held already."""
        if (record.root, record.version) in self._stated:
            raise ConflictError("law.profile_version", f"version {record.version} is held already")
        self._stated[record.root, record.version] = record

    def newest_stated(self, root: str) -> StatedRecord | None:
        """Return the highest version of a Party's profile that is held; None where there is none."""
        return (self.stated(root) or (None,))[-1]

    def stated(self, root: str) -> tuple[StatedRecord, ...]:
        """Return the versions of a Party's profile, the lowest first."""
        found = (one for one in self._stated.values() if one.root == root)
        return tuple(sorted(found, key=lambda one: one.version))
