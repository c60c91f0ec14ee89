"""Names of Parties and languages, dates and numbers, as a reader of a language expects them.

English dates and numbers are made here, so that most commands never load Babel.
"""

from datetime import date

from comity.wording.catalogue import language_of, sentence

_MONTHS = "January February March April May June July August September October November December".split()


def party_name(code: str, *, language: str = "en") -> str:
    """Return the name of a Party, practice names from the catalogue; its code where nobody knows a name."""
    named = sentence(f"party.{code}", language)
    if named is not None or code.startswith("X"):
        return named or code
    from babel import Locale
    from babel.core import get_global

    short = get_global("territory_aliases").get(code, [""])[0]
    return str(Locale(language_of(language)).territories.get(short, code))


def language_name(tag: str, *, language: str = "en") -> str:
    """Return the name of a language tag, by its primary language; the tag where nobody knows a name."""
    from babel import Locale

    return str(Locale(language_of(language)).languages.get(tag.partition("-")[0].lower(), tag))


def spoken_date(day: date, *, language: str = "en") -> str:
    """Return a day in words, e.g. ``2 November 2026``."""
    tongue = language_of(language)
    if tongue == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    from babel.dates import format_date

    return format_date(day, format="long", locale=tongue)


def spoken_number(value: int, *, language: str = "en") -> str:
    """Return a whole number with the language's digits and groups."""
    tongue = language_of(language)
    if tongue == "en":
        return f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=tongue)
