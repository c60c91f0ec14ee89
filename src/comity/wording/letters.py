"""A letter in words, in one language or in several beside each other: what every output is made from.

Free text is never translated here: it stands as a person wrote it, once, with its language, and what the
form says of its translation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.kernel.errors import MalformedError
from comity.requests.letters import Enclosure, FreeText, Letter, Origin, Row, Section, Value, ValueForm
from comity.wording.catalogue import WRITTEN, is_rtl, language_of, sentence
from comity.wording.places import language_name, party_name, spoken_date
from comity.wording.speech import END_ISOLATE, ISOLATE, say

MOST_LANGUAGES = 2
SIGNATURE = ("place_date", "name", "functions", "signature", "seal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words in one language.

    Attributes:
        text: The words; lines end with a line feed.
        language: Language tag; empty for a code, a number or a digest.
    """

    text: str
    language: str

    @property
    def rtl(self) -> bool:
        """Tell whether they run from right to left."""
        return is_rtl(self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """Free text with the remarks on its language, one remark for each language of the letter."""

    words: Words
    remarks: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """A row: its name in every language of the letter, and its values or its free texts.

    Attributes:
        names: The name, once for each language.
        values: Each value in the languages in which it differs.
        texts: Free texts.
        level: How deep it stands.
        head: Whether it is the head of an element of a list.
    """

    names: tuple[Words, ...]
    values: tuple[tuple[Words, ...], ...] = ()
    texts: tuple[WrittenText, ...] = ()
    level: int = 0
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSection:
    """A numbered section."""

    title: tuple[Words, ...]
    rows: tuple[WrittenRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """A letter in words.

    Attributes:
        languages: Its languages, the leading one first.
        title: What it is.
        subtitle: The kind of request and its article.
        banner: That it has no legal effect; empty for a live request.
        drawn_up: The day on which it was made.
        opening: What stands before the sections.
        blanks: Names of what is filled in by hand before the sections.
        sections: The sections.
        closing: What stands behind them.
        signature: Names of the lines to be filled in by hand at the end.
        enclosures: Title of the list of enclosures and one line for each; empty without enclosures.
        footer: What stands at the foot of every page.
        page: The word for page.
    """

    languages: tuple[str, ...]
    title: tuple[Words, ...]
    subtitle: tuple[Words, ...]
    banner: tuple[Words, ...]
    drawn_up: tuple[Words, ...]
    opening: tuple[Words, ...]
    blanks: tuple[tuple[Words, ...], ...]
    sections: tuple[WrittenSection, ...]
    closing: tuple[Words, ...]
    signature: tuple[tuple[Words, ...], ...]
    enclosures: WrittenSection | None
    footer: tuple[str, ...]
    page: tuple[Words, ...]

    @property
    def name(self) -> str:
        """Return its title as one line, for the properties of a file."""
        return " / ".join(words.text for words in self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """A letter as a file.

    Attributes:
        data: Its bytes.
        media_type: What they are.
        digest: SHA-256 of the form in hex, as its footer says.
        withheld: Pointers of the filled fields that the style leaves out.
        elsewhere: By language of the letter, pointers of the free texts that have no words in it.
    """

    data: bytes
    media_type: str
    digest: str
    withheld: tuple[str, ...]
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...]


class MakeLetter(Protocol):
    """Makes a letter of a form: what bootstrap hands to every face."""

    def __call__(
        self,
        form: bytes,
        *,
        suffix: str,
        on: date,
        languages: str,
        style: str,
        act: str,
        enclosures: tuple[Enclosure, ...],
        origin: Origin | None = None,
    ) -> LetterFile:
        """Return the letter as a file of the form that the suffix names."""
        ...


def letter_languages(tags: str) -> tuple[str, ...]:
    """Return the languages named on one line such as ``ar,en``.

    Raises:
        MalformedError: ``letter.language``: none in which letters are written, one named twice, or too many.
    """
    asked = tuple(tag.strip().lower() for tag in tags.split(","))
    if not set(asked) <= set(WRITTEN) or len(set(asked)) != len(asked) or len(asked) > MOST_LANGUAGES:
        raise MalformedError(
            "letter.language",
            f"{tags[:40]!r} names no one or two languages in which letters are written",
            hint="use one of " + ", ".join(WRITTEN) + ", or two joined by a comma, the leading one first",
        )
    return asked


def written(letter: Letter, *, languages: tuple[str, ...], on: date) -> WrittenLetter:
    """Return a letter in words.

    Args:
        letter: The letter.
        languages: One or two of ``WRITTEN``, the leading one first.
        on: The day on which it is drawn up.
    """
    return _Scribe(letter=letter, languages=languages).write(on)


def spoken_elsewhere(letter: Letter, *, language: str) -> tuple[str, ...]:
    """Return the pointers of the free texts of a letter that have no words in a language."""
    return tuple(
        row.pointer
        for section in letter.sections
        for row in section.rows
        if row.texts and all(text.language.partition("-")[0] != language for text in row.texts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scribe:
    letter: Letter
    languages: tuple[str, ...]

    def write(self, on: date) -> WrittenLetter:
        letter, style = self.letter, self.letter.style.code
        parties = {"requesting": letter.requesting, "requested": letter.requested}
        return WrittenLetter(
            languages=self.languages,
            title=self._say(f"letter.title.{style}"),
            subtitle=self._say(letter.kind.label),
            banner=(*(self._say("letter.practice") if letter.practice else ()), *self._origin()),
            drawn_up=self._say("letter.drawn_up", day=on.isoformat()),
            opening=self._say(f"letter.opening.{style}", **parties),
            blanks=tuple(self._say(f"letter.blank.{code}") for code in letter.style.blanks),
            sections=tuple(self._section(section) for section in letter.sections),
            closing=self._say(f"letter.closing.{style}", **parties),
            signature=tuple(self._say(f"letter.sign.{code}") for code in SIGNATURE),
            enclosures=self._enclosures(),
            footer=self._footer(),
            page=self._say("letter.page"),
        )

    def _say(self, key: str, **parameters: str | int) -> tuple[Words, ...]:
        return tuple(
            Words(text=say(key, language=one, parameters=parameters), language=one) for one in self.languages
        )

    def _origin(self) -> tuple[Words, ...]:
        """Return that one side alone attests it: by which channel, who, and when. Basis: PROTOCOL rule 26"""
        origin = self.letter.origin
        if origin is None:
            return ()
        channel = f"letter.channel.{origin.channel}"
        return self._say("letter.attested", channel=channel, by=origin.by, day=origin.on.isoformat())

    def _section(self, section: Section) -> WrittenSection:
        return WrittenSection(
            title=self._say(f"letter.section.{section.code}"),
            rows=tuple(self._row(row) for row in section.rows),
        )

    def _row(self, row: Row) -> WrittenRow:
        return WrittenRow(
            names=_once(Words(text=self._name(row, one), language=one) for one in self.languages),
            values=tuple(
                _once(_value(value, one, self.letter.language) for one in self.languages)
                for value in row.values
            ),
            texts=tuple(self._text(text) for text in row.texts),
            level=row.level,
            head=row.number > 0,
        )

    def _name(self, row: Row, language: str) -> str:
        known = sentence(row.label, language) or row.label
        name = known[:1].upper() + known[1:]
        if not row.number:
            return name
        text = say("letter.element", language=language, parameters={"name": name, "number": row.number})
        # NOTE: nothing in it turns, and office programs lose the comma behind an isolate in bold Arabic.
        return text.replace(ISOLATE, "").replace(END_ISOLATE, "")

    def _text(self, text: FreeText) -> WrittenText:
        return WrittenText(
            words=Words(text=text.text, language=text.language),
            remarks=tuple(Words(text=_remark(text, one), language=one) for one in self.languages),
        )

    def _enclosures(self) -> WrittenSection | None:
        if not self.letter.enclosures:
            return None
        rows = [
            WrittenRow(
                names=(Words(text=one.name, language=""),),
                values=(
                    *(
                        ((Words(text=one.reference, language=self.letter.language),),)
                        if one.reference
                        else ()
                    ),
                    self._say("letter.bytes", size=len(one.data)),
                    (Words(text=f"SHA-256 {one.digest}", language=""),),
                ),
            )
            for one in self.letter.enclosures
        ]
        return WrittenSection(title=self._say("letter.section.enclosures"), rows=tuple(rows))

    def _footer(self) -> tuple[str, ...]:
        form = [f"{words.text}: SHA-256 {self.letter.digest}" for words in self._say("letter.form")[:1]]
        act = [f"{words.text}: {self.letter.act}" for words in self._say("letter.act")[:1]]
        return (*form, *(act if self.letter.act else ()))


def _once(words: Iterable[Words]) -> tuple[Words, ...]:
    """Return the words without those that say the same in another language."""
    kept: dict[str, Words] = {}
    for one in words:
        kept.setdefault(one.text, one)
    return tuple(kept.values())


def _value(value: Value, language: str, own: str) -> Words:
    """Return a value in a language of the letter; what a person wrote keeps the language of the request."""
    if value.form is ValueForm.TEXT:
        return Words(text=value.text, language=own)
    if value.form is ValueForm.MARK:
        return Words(text=value.text, language="")
    return Words(text=_SPOKEN[value.form](value.text, language), language=language)


def _party(code: str, language: str) -> str:
    name = party_name(code, language=language)
    return name if name == code else f"{name} ({code})"


_SPOKEN: Mapping[ValueForm, Callable[[str, str], str]] = {
    ValueForm.LABEL: lambda text, language: sentence(text, language) or text.partition(".")[2],
    ValueForm.DATE: lambda text, language: spoken_date(date.fromisoformat(text), language=language),
    ValueForm.PARTY: _party,
    ValueForm.LANGUAGE: lambda text, language: language_name(text, language=language),
    ValueForm.YES_NO: lambda text, language: sentence(f"choice.{text}", language) or text,
    ValueForm.ARTICLE: lambda text, language: say(
        "letter.article", language=language, parameters={"article": text}
    ),
}


def _remark(text: FreeText, language: str) -> str:
    if not text.translation_of:
        return say("letter.text.original", language=language, parameters={"language": text.language})
    told = [
        say(
            "letter.text.translation",
            language=language,
            parameters={
                "language": text.language,
                "original": text.translation_of,
                "translator": text.translator,
            },
        )
    ]
    if text.certified is not None:
        told.append(say(f"letter.text.{'certified' if text.certified else 'uncertified'}", language=language))
    if text.machine is not None:
        told.append(say(f"letter.text.{'machine' if text.machine else 'human'}", language=language))
    return {"ar": "؛ ", "zh": "；"}.get(language, "; ").join(told)


__all__ = [
    "LetterFile",
    "Words",
    "WrittenLetter",
    "WrittenRow",
    "WrittenSection",
    "WrittenText",
    "language_of",
    "letter_languages",
    "spoken_elsewhere",
    "written",
]
