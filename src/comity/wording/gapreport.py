"""A gap analysis as a report: at a glance, line by line, penalties, safeguards, help for others, excess."""

from dataclasses import dataclass
from datetime import date

from comity.law.gapviews import GapsView, GapView, LineView, PenaltyView
from comity.wording.lawlines import add_said, found_said
from comity.wording.reports import Cell, Part, Report, Speaker, Table, foreign, plain

_TONES = {"covered": "good", "partly": "warn", "missing": "bad", "unknown": "muted"}
_WEIGHTS = {"gap": "bad", "weak": "warn", "excess": "bad", "open": "", "unknown": "muted"}
_LINES = {"reached": "good", "aggravated_only": "warn", "below": "bad", "unknown": "muted"}
_CONDITIONS = ("review", "grounds", "limits", "remedy")
_YEAR = 12


def gap_report(view: GapsView, *, language: str, on: date) -> Report:
    """Return the report of a gap analysis in one of the languages of pages."""
    return _Scribe(view=view, to=Speaker(language=language)).write(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scribe:
    view: GapsView
    to: Speaker

    def write(self, on: date) -> Report:
        view, to = self.view, self.to
        confirmed = view.profile is not None and view.profile.confirmed is not None
        return Report(
            language=to.language,
            title=to.say("report.gaps.title", party=view.country),
            subtitle=to.say("report.gaps.subtitle"),
            banner="" if confirmed else to.say("report.banner"),
            drawn_up=to.say("letter.drawn_up", day=on.isoformat()),
            opening=(
                to.cell(basis_said(view, to)),
                to.cell(to.say("report.gaps.own_words", example="42(3)(a)")),
            ),
            parts=tuple(self._parts()),
            sheets=self._sheets(),
            footer=f"{view.country} · {'' if view.profile is None else view.profile.as_of} · A/RES/79/243",
            page=to.say("letter.page"),
        )

    def _parts(self) -> list[Part]:
        to = self.to
        parts = [self._part("overview", table=self._overview(), said=(to.cell(self._counted()),))]
        told = [one for one in self.view.articles if _told(one) and one.result != "unknown"]
        if told:
            parts.append(self._part("lines"))
            parts += [self._article(one) for one in told]
        unread = [one for one in self.view.articles if one.result == "unknown"]
        if unread:
            parts.append(self._part("unread", table=self._unread(unread)))
        return [
            *parts,
            self._part("penalties", table=self._penalties()),
            self._part("safeguards", table=self._safeguards()),
            self._part("without", said=self._without()),
            self._part("excess", table=self._excess())
            if self.view.excess
            else self._part("excess", said=(to.cell(to.say("report.gaps.none")),)),
        ]

    def _part(self, code: str, *, table: Table | None = None, said: tuple[Cell, ...] = ()) -> Part:
        return Part(title=self.to.say(f"report.gaps.{code}"), paragraphs=said, table=table)

    def _sheets(self) -> tuple[Table, ...]:
        return (
            self._overview(),
            self._elements(),
            self._lines(self._all_lines()),
            self._penalties(),
            self._safeguards(),
            self._excess(),
        )

    def _all_lines(self) -> tuple[LineView, ...]:
        return tuple(line for one in self.view.articles for line in one.lines)

    def _counted(self) -> str:
        counts, weights = self.view.counts, self.view.weights
        return self.to.say(
            "report.gaps.counts",
            articles=len(self.view.articles),
            covered=counts.get("covered", 0),
            partly=counts.get("partly", 0),
            missing=counts.get("missing", 0),
            unknown=counts.get("unknown", 0),
            gaps=weights.get("gap", 0),
            weak=weights.get("weak", 0),
            excess=weights.get("excess", 0),
        )

    def _article_name(self, number: int) -> str:
        return self.to.say(f"article.{number}")

    def _overview(self) -> Table:
        rows = tuple(
            (
                plain(one.article, names="place"),
                self.to.cell(self._article_name(one.article)),
                self._result(one.result),
                plain(sum(1 for line in one.lines if line.weight == "gap")),
                self._cited(one),
                self.to.cell(self._answers(one)),
            )
            for one in self.view.articles
        )
        return Table(
            title=self.to.say("report.gaps.overview"),
            head=self.to.head("article", "title", "result", "gaps", "provisions", "said_by"),
            rows=rows,
            widths=(7, 33, 14, 10, 36, 40),
            sheet_only=frozenset({5}),
        )

    def _elements(self) -> Table:
        to = self.to
        rows = tuple(
            (
                plain(one.article, names="place"),
                to.cell(self._article_name(one.article)),
                to.cell(to.say(f"law.element.{element.element}")),
                self._result(element.result),
                to.cell(to.say("report.yes" if element.optional else "report.no")),
                plain(element.basis, names="place"),
                plain(element.address),
                plain(", ".join(element.provisions), names="provision"),
                self._note(element.note),
            )
            for one in self.view.articles
            for element in one.elements
        )
        columns = ("article", "title", "element", "result", "optional", "place", "address", "provisions")
        return Table(
            title=to.say("report.gaps.elements"),
            head=to.head(*columns, "note"),
            rows=rows,
            widths=(8, 34, 34, 14, 10, 10, 18, 30, 50),
        )

    def _article(self, one: GapView) -> Part:
        to = self.to
        title = f"{one.article}. {self._article_name(one.article)} – {to.say(f'law.filled.{one.result}')}"
        answers = self._answers(one)
        said = (*((self._note(one.note),) if one.note else ()), *((to.cell(answers),) if answers else ()))
        return Part(title=title, level=2, paragraphs=said, table=self._lines(_told(one)))

    def _answers(self, one: GapView) -> str:
        """Return who answers for what is said of an article; empty for a draft."""
        said = one.said_by
        if said is None:
            return ""
        role = self.to.say(f"role.{said.office}")
        role = said.office if role == f"role.{said.office}" else role
        return self.to.say("line.law.row_said", person=said.person, role=role, on=said.on)

    def _lines(self, lines: tuple[LineView, ...]) -> Table:
        to = self.to
        elements = {one.article: tuple(e.element for e in one.elements) for one in self.view.articles}
        rows = tuple(
            (
                plain(line.article, names="place"),
                plain(line.basis, names="place"),
                to.cell(to.say(f"law.weight.{line.weight}"), _WEIGHTS[line.weight]),
                to.cell(found_said(line, language=to.language)),
                to.cell(add_said(line, language=to.language, elements=elements[line.article])),
                plain("\n".join(line.provisions), names="provision"),
                self._note(line.note),
                plain(line.address),
                plain(", ".join(line.leaves), names="place"),
            )
            for line in lines
        )
        columns = ("article", "place", "weight", "what", "add", "provisions", "note", "address", "leaves")
        return Table(
            title=to.say("report.gaps.lines"),
            head=to.head(*columns),
            rows=rows,
            widths=(8, 9, 11, 29, 29, 20, 40, 18, 14),
            sheet_only=frozenset({0, 6, 7, 8}),
        )

    def _unread(self, unread: list[GapView]) -> Table:
        to = self.to
        rows = tuple(
            (
                plain(one.article, names="place"),
                to.cell(self._article_name(one.article)),
                self._ranked(one),
            )
            for one in unread
        )
        return Table(
            title=to.say("report.gaps.unread"),
            head=(*to.head("article", "title"), to.say("report.gaps.candidates")),
            rows=rows,
            widths=(8, 36, 56),
        )

    def _ranked(self, one: GapView) -> Cell:
        named = [cited.reference for cited in one.provisions]
        named += [found.reference for found in one.candidates]
        return plain(", ".join(named), names="provision") if named else plain("–")

    def _penalties(self) -> Table:
        to = self.to
        rows = (
            (
                plain(one.article, names="place"),
                to.cell(self._article_name(one.article)),
                self._cited(one),
                to.cell(self._penalty(one.penalty.most)),
                to.cell(self._penalty(one.penalty.aggravated)),
                to.cell(to.say(f"law.line.{one.penalty.line}"), _LINES[one.penalty.line]),
                plain(_months(one.penalty.most)),
                plain(_months(one.penalty.aggravated)),
            )
            for one in self.view.articles
            if one.penalty is not None
        )
        columns = ("article", "title", "provisions", "most", "aggravated", "line")
        return Table(
            title=to.say("report.gaps.penalties"),
            head=to.head(*columns, "months", "aggravated_months"),
            rows=tuple(rows),
            widths=(8, 30, 22, 12, 12, 16, 12, 12),
            sheet_only=frozenset({6, 7}),
        )

    def _penalty(self, told: PenaltyView | None) -> str:
        if told is None:
            return "–"
        if told.life:
            return self.to.say("line.law.life")
        months = told.months or 0
        if months % _YEAR or months == _YEAR:
            return self.to.say("line.law.months", count=months)
        return self.to.say("line.law.years", count=months // _YEAR)

    def _safeguards(self) -> Table:
        to, rows = self.to, []
        for one in self.view.articles:
            told = one.safeguards
            if told is not None:
                orders = to.listed(to.say(f"law.orderer.{who}") for who in told.ordered_by)
                said = {"review": told.review, "grounds": told.grounds, "limits": told.limits}
                said["remedy"] = told.remedy
                rows.append(
                    (
                        plain(one.article, names="place"),
                        to.cell(self._article_name(one.article)),
                        to.cell(orders or "–"),
                        *(self._result(said[name]) for name in _CONDITIONS),
                        self._note(told.note),
                    )
                )
        return Table(
            title=to.say("report.gaps.safeguards"),
            head=to.head("article", "title", "orders", *_CONDITIONS, "note"),
            rows=tuple(rows),
            widths=(8, 30, 18, 12, 12, 12, 12, 40),
            sheet_only=frozenset({7}),
        )

    def _without(self) -> tuple[Cell, ...]:
        told, to = self.view.without_offence, self.to
        return tuple(
            to.cell(text)
            for text in (
                to.say(
                    "report.gaps.without.assistance",
                    place="40(8)",
                    result=to.say(f"law.filled.{told.assistance}"),
                ),
                to.say(
                    "report.gaps.without.powers",
                    place="23(2)(c)",
                    result=to.say(f"law.filled.{told.powers}"),
                ),
                to.say("report.gaps.without.preserve", place="42(4)"),
            )
        )

    def _excess(self) -> Table:
        rows = tuple(
            (
                plain(one.reference, names="provision"),
                self.to.cell(self.to.say(f"law.right.{one.right}")),
                plain(one.basis, names="place"),
                self._note(one.note),
            )
            for one in self.view.excess
        )
        return Table(
            title=self.to.say("report.gaps.excess"),
            head=self.to.head("provisions", "right", "place", "note"),
            rows=rows,
            widths=(22, 20, 10, 48),
        )

    def _cited(self, one: GapView) -> Cell:
        named = ", ".join(c.reference for c in one.provisions if c.rank == "primary")
        return plain(named, names="provision") if named else plain("–")

    def _result(self, result: str) -> Cell:
        return self.to.cell(self.to.say(f"law.filled.{result}"), _TONES[result])

    def _note(self, note: str) -> Cell:
        return foreign(note, "en" if self.view.profile is None else self.view.profile.language)


def basis_said(view: GapsView, to: Speaker) -> str:
    """Return what a gap analysis rests on, as a sentence."""
    profile = view.profile
    if profile is None:
        return to.say("report.gaps.no_profile")
    said = profile.confirmed
    if said is None:
        return to.say("report.gaps.draft", as_of=profile.as_of)
    return to.say(
        "report.gaps.confirmed",
        as_of=profile.as_of,
        person=said.person,
        office=said.office,
        authority=said.authority,
        on=said.on,
    )


def _told(one: GapView) -> tuple[LineView, ...]:
    """Return the lines that are told one by one; safeguards that nobody read stand in their own table."""
    return tuple(line for line in one.lines if line.code != "safeguard.unknown")


def _months(told: PenaltyView | None) -> int | str:
    return "" if told is None or told.months is None else told.months
