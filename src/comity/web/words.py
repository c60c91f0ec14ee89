"""The words of the pages in one language, and how times, ids and paragraphs are set in HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from comity.cases.reckoning import Step
from comity.kernel.clock import Instant, format_instant, to_date, to_datetime
from comity.kernel.findings import Finding
from comity.treaty.citing import address
from comity.wording import LANGUAGES, ProblemText, finding_text, is_rtl, label, problem_text, say
from comity.wording.clocks import rung_text, step_text
from comity.wording.places import party_name, spoken_date, spoken_number

NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "ar": "العربية"}
_SHOWN = 12
_TURNING = frozenset("\u202a\u202b\u202d\u202e")
_BLANKS = frozenset("\n\t\u00a0\u2009\u202f\u3000")  # beside the space: no other blank counts as printable
_COMMAS: Mapping[bool, Markup] = {False: Markup(", "), True: Markup("، ")}
_UNITS = ("B", "kB", "MB", "GB", "TB")


def language_wanted(chosen: str, accepted: str) -> str:
    """Return the language of a reader: the one chosen, else the best that the browser accepts, else English.

    Args:
        chosen: Value of the language cookie; anything unknown counts for nothing.
        accepted: The header ``Accept-Language``.

    Basis: RFC 9110 section 12.5.4
    """
    if chosen in LANGUAGES:
        return chosen
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate(accepted[:500].split(",")[:20]):
        tag, _, weight = item.strip().partition(";")
        primary = tag.strip().partition("-")[0].lower()
        if primary in LANGUAGES and (quality := _quality(weight)) > 0:
            wishes.append((-quality, place, primary))
    return min(wishes)[2] if wishes else LANGUAGES[0]


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language of ``LANGUAGES``."""

    language: str

    @property
    def direction(self) -> str:
        """Return ``rtl`` or ``ltr``."""
        return "rtl" if is_rtl(self.language) else "ltr"

    def listed(self, shown: Sequence[str | Markup]) -> Markup:
        """Return values as a list in a line."""
        return _COMMAS[self.direction == "rtl"].join(shown)

    def say(self, key: str, /, **parameters: str | int) -> str:
        """Return the sentence of a key of the pages, filled with its parameters."""
        return say(f"web.{key}", language=self.language, parameters=parameters)

    def label(self, family: str, code: str) -> str:
        """Return the name of a code; the code itself where the catalogue has none."""
        key = f"{family}.{code}"
        found = label(key, language=self.language)
        return code if found == key else found

    def field(self, key: str) -> str:
        """Return the name of a field of a form, by its whole key."""
        return label(key, language=self.language)

    def known(self, key: str) -> bool:
        """Tell whether the catalogue has a key."""
        return label(key, language=self.language) != key

    def finding(self, finding: Finding) -> str:
        """Return a finding as a sentence; control characters in what it quotes are dropped."""
        quoted = {
            name: plain(value) if isinstance(value, str) else value
            for name, value in finding.parameters.items()
        }
        return finding_text(replace(finding, parameters=quoted), language=self.language)

    def party(self, code: str) -> str:
        """Return the name of a Party."""
        return party_name(code, language=self.language)

    def number(self, value: int) -> str:
        """Return a whole number."""
        return spoken_number(value, language=self.language)

    def size(self, count: int) -> Markup:
        """Return a number of bytes, in the unit that a person would use."""
        value, unit = float(count), 0
        while value >= 1000 and unit < len(_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        shown = f"{count}" if unit == 0 else f"{value:.1f}"
        return Markup('<bdi dir="ltr" class="nowrap">{} {}</bdi>').format(shown, _UNITS[unit])

    def day(self, at: int) -> Markup:
        """Return the UTC day of an instant."""
        shown = spoken_date(to_date(Instant(at)), language=self.language)
        made = Markup('<time class="nowrap" datetime="{}">{}</time>')
        return made.format(format_instant(Instant(at)), shown)

    def moment(self, at: int) -> Markup:
        """Return an instant as day and minute, UTC."""
        instant = Instant(at)
        day = spoken_date(to_date(instant), language=self.language)
        clock = f"{to_datetime(instant):%H:%M}"
        return Markup(
            '<time datetime="{}"><span class="nowrap">{}</span> '
            '<bdi dir="ltr" class="clock">{} UTC</bdi></time>'
        ).format(format_instant(instant), day, clock)


def ident(text: str) -> Markup:
    """Return an id: its first digits to read, all of it for who looks closer."""
    return Markup('<bdi dir="ltr" class="id" title="{}">{}</bdi>').format(text, text[:_SHOWN])


def whole(text: str) -> Markup:
    """Return an id, address or name that must be read from left to right, in full."""
    return Markup('<bdi dir="ltr" class="id whole">{}</bdi>').format(text)


def office(text: str) -> Markup:
    """Return an authority id or an officer's pseudonym."""
    return Markup('<bdi dir="ltr" class="office">{}</bdi>').format(text)


def paragraph(text: str) -> Markup:
    """Return a paragraph of the Convention with a link to its place, or of another instrument."""
    shown = reference(text)
    place = address(text)
    return Markup('<a class="place" href="{}">{}</a>').format(place, shown) if place else shown


def reference(text: str) -> Markup:
    """Return a paragraph without a link, for where it stands in something that is pressed itself."""
    return Markup('<bdi dir="ltr" class="article">{}</bdi>').format(text) if text else Markup("")


def plain(text: str) -> str:
    """Return text without control characters and direction overrides, as it may come from a peer."""
    return "".join(ch for ch in text if ch in _BLANKS or (ch.isprintable() and ch not in _TURNING))


def prose(text: str) -> Markup:
    """Return text from outside with its line ends, isolated from the direction of the page."""
    lines = Markup("<br>").join(escape(line) for line in plain(text).split("\n"))
    return Markup('<bdi class="prose" dir="auto">{}</bdi>').format(lines)


def reckoned(step: Step, language: str) -> str:
    """Return one step of the arithmetic of a time; control characters in what it quotes are dropped."""
    return step_text(step, language=language, clean=plain)


def rung(alarm: int | None, alarms_to: Instant | None, language: str) -> str:
    """Return the alarm that came last before a time; empty before the first."""
    return rung_text(alarm, alarms_to, language=language)


def told(code: str, message: str, hint: str, language: str) -> ProblemText:
    """Return an error, by its code and its English words, as a reader is told it."""
    return problem_text(code, message=message, hint=hint, language=language)
