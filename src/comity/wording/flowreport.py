"""The report of a trace in words: what the typesetter sets beside the picture, in one or two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.kernel.clock import format_instant
from comity.tracing.amounts import amount_text
from comity.tracing.reporting import Report
from comity.tracing.trails import Path, Trail
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.speech import say

_MOST_ROWS = 40


class PrintFlow(Protocol):
    """Prints the report of a trace: what bootstrap hands to every face."""

    def __call__(self, report: Report, *, languages: str, author: str) -> bytes:
        """Return the report with its picture as PDF, in one or two languages joined by a comma.

        Raises:
            MalformedError: ``letter.language``.
            UnavailableError: without the extra ``letters`` or without a font.
        """
        ...


def flow_report(report: Report, *, languages: tuple[str, ...], author: str, on: date) -> WrittenLetter:
    """Return the report of a trace in words.

    Args:
        report: The report.
        languages: One or two of the languages in which letters are written, the leading one first.
        author: Whose report it is.
        on: The day of the newest input, which makes the document the same each time.
    """
    return _Clerk(report=report, languages=languages, author=author).write(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    report: Report
    languages: tuple[str, ...]
    author: str

    def write(self, on: date) -> WrittenLetter:
        report = self.report
        sections = [self._inputs(), *(self._trail(one) for one in report.trails)]
        sections += [self._path(one) for one in report.paths[:_MOST_ROWS]]
        if report.tags:
            sections.append(self._tags())
        if report.retracted:
            sections.append(self._retracted())
        return WrittenLetter(
            languages=self.languages,
            title=self._say("letter.flow.title"),
            subtitle=(_plain(report.digest),),
            banner=(),
            drawn_up=self._say("letter.drawn_up", day=on.isoformat()),
            opening=self._say("letter.flow.opening"),
            blanks=(),
            sections=tuple(sections),
            closing=self._say("letter.flow.closing"),
            signature=(),
            enclosures=None,
            footer=(f"{self.author} · {report.digest[:32]}",),
            page=self._say("letter.page"),
        )

    def _inputs(self) -> WrittenSection:
        contents = self.report.contents
        rows = [
            self._row("network", _plain(f"{contents.network} {contents.asset}".strip())),
            self._row("digest", _plain(contents.digest)),
            *(self._row("file", _plain(one.name), _plain(one.digest)) for one in contents.sources),
            self._row("unseen", _plain(str(contents.unseen))),
        ]
        if self.report.rules:
            rows.append(self._row("rules", _plain(", ".join(self.report.rules)), _plain(self.report.links)))
        return WrittenSection(title=self._say("letter.flow.inputs"), rows=tuple(rows))

    def _trail(self, trail: Trail) -> WrittenSection:
        rows = [self._row("seed", _plain(seed)) for seed in trail.question.seeds]
        rows += [
            self._row("created", _plain(self._amount(trail.created))),
            self._row("funded", _plain(self._amount(trail.funded))),
            self._row("answer", _plain(trail.digest)),
        ]
        for one in trail.holdings[:_MOST_ROWS]:
            rows.append(
                self._row(
                    "holding",
                    _plain(one.address),
                    _plain(f"{self._amount(one.taint)} / {self._amount(one.balance)}"),
                )
            )
        return WrittenSection(
            title=self._say(f"letter.flow.method.{trail.question.method.value}"), rows=tuple(rows)
        )

    def _path(self, path: Path) -> WrittenSection:
        title = tuple(
            Words(text=f"{words.text} {path.target}", language=words.language)
            for words in self._say("letter.flow.path")
        )
        return WrittenSection(title=title, rows=tuple(self._hops(path)))

    def _hops(self, path: Path) -> Iterator[WrittenRow]:
        for hop in path.hops:
            if hop.target_address:
                yield self._row(
                    "hop",
                    _plain(f"{format_instant(hop.at)}  {self._amount(hop.amount)}"),
                    _plain(hop.target_address),
                    _plain(hop.tx),
                )

    def _tags(self) -> WrittenSection:
        rows = [
            self._row(
                "tag",
                _plain(tag.address),
                _plain(f"{tag.label} ({tag.confidence}) {tag.lastmod}".strip()),
                _plain(f"{tag.creator}: {tag.source}"),
            )
            for tag in self.report.tags[:_MOST_ROWS]
        ]
        return WrittenSection(title=self._say("letter.flow.tags"), rows=tuple(rows))

    def _retracted(self) -> WrittenSection:
        rows = [
            self._row(
                "withdrawn",
                _plain(one.tag.address),
                _plain(f"{one.tag.label} ({one.tag.creator})"),
                _plain(f"{format_instant(one.at)} {one.by}: {one.why}"),
            )
            for one in self.report.retracted[:_MOST_ROWS]
        ]
        return WrittenSection(title=self._say("letter.flow.retracted"), rows=tuple(rows))

    def _amount(self, amount: int) -> str:
        contents = self.report.contents
        return amount_text(amount, network=contents.network, asset=contents.asset)

    def _row(self, name: str, *values: Words) -> WrittenRow:
        return WrittenRow(
            names=self._say(f"letter.flow.{name}"), values=tuple((one,) for one in values), level=1
        )

    def _say(self, key: str, **parameters: str | int) -> tuple[Words, ...]:
        return tuple(
            Words(text=say(key, language=one, parameters=parameters), language=one) for one in self.languages
        )


def _plain(text: str) -> Words:
    return Words(text=text, language="")
