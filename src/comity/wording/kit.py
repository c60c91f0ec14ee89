"""The deposit kit in words: model documents for a State's own lawyers, in one or two languages.

The words are ours and no form of the depositary; what is still to be filled in stands as a line of dots.
"""

from collections.abc import Callable
from dataclasses import dataclass

from comity.treaty.force import Day
from comity.treaty.kit import Kit, Line, Paper, Step
from comity.wording.catalogue import sentence
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.places import party_name, spoken_date
from comity.wording.speech import say

BLANK = "…" * 12


def kit_paper(kit: Kit, paper: Paper, *, languages: tuple[str, ...]) -> WrittenLetter:
    """Return one document of a kit in words.

    Args:
        kit: The kit.
        paper: Which document.
        languages: One or two of the languages of pages, the leading one first.
    """
    return _Clerk(kit=kit, languages=languages).write(paper)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    kit: Kit
    languages: tuple[str, ...]

    def write(self, paper: Paper) -> WrittenLetter:
        code, act = paper.value, self.kit.route.value
        body = f"kit.{code}.{act}" if paper is Paper.INSTRUMENT else f"kit.{code}.body"
        signed = paper not in (Paper.PLAN,)
        return WrittenLetter(
            languages=self.languages,
            title=self._say(f"kit.{code}.{act}.title" if paper is Paper.INSTRUMENT else f"kit.{code}.title"),
            subtitle=self._say("instrument.uncc"),
            banner=self._banner(paper),
            drawn_up=self._say("letter.drawn_up", day=self.kit.on.isoformat()),
            opening=self._each(lambda tongue: say(body, language=tongue, parameters=self._names(tongue))),
            blanks=(),
            sections=self._sections(paper),
            closing=self._say("kit.closing") if signed else (),
            signature=tuple(self._say(f"letter.sign.{one}") for one in _SIGNED) if signed else (),
            enclosures=None,
            footer=(f"{self.kit.party} · A/RES/79/243",),
            page=self._say("letter.page"),
        )

    def _banner(self, paper: Paper) -> tuple[Words, ...]:
        """Return the head of every page: a draft; what only the drafter must know stands here."""
        keys = ["kit.draft", *(["kit.full_powers.note"] if paper is Paper.FULL_POWERS else [])]
        return self._each(lambda tongue: " ".join(say(key, language=tongue) for key in keys))

    def _names(self, tongue: str) -> dict[str, str | int]:
        return {"party": party_name(self.kit.party, language=tongue), "blank": BLANK}

    def _sections(self, paper: Paper) -> tuple[WrittenSection, ...]:
        match paper:
            case Paper.CHOICES:
                return (
                    self._section("kit.section.choices", [self._choice(one) for one in self.kit.choices]),
                )
            case Paper.NOTIFICATIONS:
                now = [self._notice(one) for one in self.kit.notifications if not one.later]
                later = [self._notice(one) for one in self.kit.notifications if one.later]
                return (
                    self._section("kit.section.now", now),
                    self._section("kit.section.later", later),
                )
            case Paper.PLAN:
                return (
                    self._section(
                        "kit.section.steps", [self._step(n, s) for n, s in enumerate(self.kit.steps, 1)]
                    ),
                    self._section("kit.section.force", [self._force()]),
                )
            case _:
                return ()

    def _section(self, key: str, rows: list[WrittenRow]) -> WrittenSection:
        return WrittenSection(title=self._say(key), rows=tuple(rows))

    def _choice(self, one: Line) -> WrittenRow:
        box = "☒" if one.chosen else "☐"
        text = self._each(lambda tongue: f"{box} {sentence(f'kit.choice.{one.place}', tongue) or ''}")
        values = (text, self._sure(one)) if one.mark.value == "recalled" else (text,)
        return WrittenRow(names=self._article(one.place), values=values)

    def _notice(self, one: Line) -> WrittenRow:
        asked = self._say(f"kit.notice.{one.place}")
        said = (Words(text=one.text or BLANK, language=""),)
        values = (asked, said, self._sure(one)) if one.mark.value == "recalled" else (asked, said)
        return WrittenRow(names=self._article(one.place), values=values)

    def _sure(self, one: Line) -> tuple[Words, ...]:
        return self._say("kit.recalled")

    def _step(self, number: int, one: Step) -> WrittenRow:
        places = self._article(one.place) if one.place else self._each(lambda _tongue: "")
        names = tuple(
            Words(text=f"{number}. {words.text}".strip(), language=words.language) for words in places
        )
        values = [self._say(f"kit.step.{one.code}")]
        if one.until is not None:
            values.append(self._say("kit.until", day=one.until.isoformat()))
        return WrittenRow(names=names, values=tuple(values))

    def _force(self) -> WrittenRow:
        counts = self._say("kit.counts", count=self.kit.counted, needed=self.kit.needed)
        bound = self._each(lambda tongue: _bound(self.kit.bound_from, tongue))
        return WrittenRow(names=self._say("kit.if_today"), values=(counts, bound))

    def _article(self, place: str) -> tuple[Words, ...]:
        return self._each(
            lambda tongue: _capital(say("letter.article", language=tongue, parameters={"article": place}))
        )

    def _say(self, key: str, **parameters: str | int) -> tuple[Words, ...]:
        return self._each(lambda tongue: say(key, language=tongue, parameters=parameters))

    def _each(self, made: Callable[[str], str]) -> tuple[Words, ...]:
        return tuple(Words(text=made(one), language=one) for one in self.languages)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bound(day: Day | None, tongue: str) -> str:
    if day is None:
        return say("kit.unbound", language=tongue)
    return say("kit.bound", language=tongue, parameters={"day": spoken_date(day.latest, language=tongue)})


_SIGNED = ("place_date", "name", "functions", "signature", "seal")
