"""The register of cases in memory: marks of what changed, and the lines that lists read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from comity.cases.lines import CaseKey, CaseLine, DutyKey, DutyLine, Mark
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, CaseId


class MemoryRegister(ABC):
    """The register; the store of acts adds what it marks."""

    def __init__(self) -> None:
        self._versions: dict[AuthorityId, str] = {}
        self._numbers: dict[tuple[AuthorityId, CaseId], int] = {}
        self._waiting: dict[tuple[AuthorityId, CaseId], bool] = {}
        self._lines: dict[tuple[AuthorityId, CaseId], CaseLine] = {}
        self._duties: dict[tuple[AuthorityId, CaseId], tuple[DutyLine, ...]] = {}

    def _mark(self, authority: AuthorityId, case: CaseId) -> None:
        self._numbers[authority, case] = self._numbers.get((authority, case), 0) + 1
        self._waiting[authority, case] = True

    @abstractmethod
    def _held_cases(self, authority: AuthorityId) -> Iterable[CaseId]:
        """Return the cases of an authority: those with acts, and those with a draft alone."""

    def register_version(self, authority: AuthorityId) -> str:
        """Return by which rules the lines were derived; empty where no register is kept."""
        return self._versions.get(authority, "")

    def restart_register(self, authority: AuthorityId, *, version: str) -> None:
        """Throw all lines of an authority away and mark each of its cases as waiting."""
        self._lines = {key: held for key, held in self._lines.items() if key[0] != authority}
        self._duties = {key: held for key, held in self._duties.items() if key[0] != authority}
        for case in self._held_cases(authority):
            self._mark(authority, case)
        self._versions[authority] = version

    def case_changed(self, authority: AuthorityId, case: CaseId) -> None:
        """Mark a case as waiting for a change that is none of acts, receipts, draft or published keys."""
        self._mark(authority, case)

    def waiting_cases(self, authority: AuthorityId, *, most: int) -> tuple[Mark, ...]:
        """Return so many of the waiting cases at most, ordered by case."""
        found = sorted(case for (ours, case), waits in self._waiting.items() if waits and ours == authority)
        return tuple(
            Mark(authority=authority, case=case, number=self._numbers[authority, case])
            for case in found[:most]
        )

    def keep_lines(self, mark: Mark, line: CaseLine | None, duties: Sequence[DutyLine]) -> bool:
        """Put the lines of a case in place of its older ones; False when the case has changed meanwhile."""
        key = (mark.authority, mark.case)
        if self._numbers.get(key) != mark.number:
            return False
        self._waiting[key] = False
        self._lines.pop(key, None)
        self._duties.pop(key, None)
        if line is not None:
            self._lines[key] = line
            self._duties[key] = tuple(duties)
        return True

    def case_lines(
        self, authority: AuthorityId, *, after: CaseKey | None, most: int, newest: bool = False
    ) -> tuple[CaseLine, ...]:
        """Return so many cases at most by time of opening, from after a place on; newest first if asked."""
        found = sorted(
            (line for (ours, _), line in self._lines.items() if ours == authority),
            key=lambda line: line.key,
            reverse=newest,
        )
        if after is not None:
            found = [line for line in found if (line.key < after if newest else line.key > after)]
        return tuple(found[:most])

    def duties_of(self, authority: AuthorityId, cases: Sequence[CaseId]) -> tuple[DutyLine, ...]:
        """Return every duty of some cases, open now or not, by case and number."""
        return tuple(duty for case in sorted(set(cases)) for duty in self._duties.get((authority, case), ()))

    def duty_lines(
        self, authority: AuthorityId, *, theirs: bool, now: Instant, after: DutyKey | None, most: int
    ) -> tuple[DutyLine, ...]:
        """Return so many duties open at ``now`` at most, those due first, from after a place on."""
        found = sorted(
            (
                duty
                for (ours, _), duties in self._duties.items()
                for duty in duties
                if ours == authority and duty.theirs is theirs and duty.is_open(now)
            ),
            key=lambda duty: duty.key,
        )
        return tuple(duty for duty in found if after is None or duty.key > after)[:most]
