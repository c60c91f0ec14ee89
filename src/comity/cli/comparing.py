"""Commands on profiles: whether conduct is a crime in two States, and who confirmed what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.days import day_named
from comity.cli.lawlines import dual_lines, harmony_lines
from comity.cli.lawvalues import comparison_value, harmony_value, profile_head
from comity.cli.output import Reply
from comity.cli.problems import UsageError
from comity.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from comity.cli.context import Context
    from comity.law.ports import Kept
    from comity.law.profiles import Profile
    from comity.law.service import Corpus

_KEY = 32


def dual(context: Context) -> Reply:
    """Tell whether conduct is a crime in two States, element by element."""
    from comity.law.conduct import read_conduct
    from comity.law.dual import compare

    options = context.options
    first, second = _pair(options.text("between"))
    path, article = options.text("conduct"), options.text("article")
    if bool(path) == bool(article):
        raise UsageError("usage.one_of", where="--conduct", options="--conduct FILE, --article N")
    on = day_named(options.text("on"))
    profiles = context.toolbox.open_profiles(context.node)
    found = compare(
        (first, profiles.of(first)),
        (second, profiles.of(second)),
        on=on,
        article=_number(article) if article else None,
        conduct=read_conduct(read_file(path), where=path) if path else None,
    )
    known = {country: profiles.of(country) for country in (first, second)}
    texts = _texts(context, known, [one.article for one in found.articles], on=on)
    return Reply(value=comparison_value(found, known, texts), lines=dual_lines(context, found, known, texts))


def harmony(context: Context) -> Reply:
    """List by article which States have a profile that serves it."""
    found = context.toolbox.open_profiles(context.node).all()
    return Reply(value=harmony_value(found), lines=harmony_lines(context, found))


def profile(context: Context) -> Reply:
    """Take in a confirmed profile."""
    options = context.options
    path = options.text("file")
    try:
        public = bytes.fromhex(options.text("key"))
    except ValueError:
        public = b""
    if len(public) != _KEY:
        raise UsageError("usage.public_key", where="--key", value=options.text("key")[:20])
    taken = context.toolbox.take_profile(context.node, read_file(path), public=public, where=path)
    said = taken.confirmation
    assert said is not None
    line = context.say(
        "line.law.profile_taken", country=taken.country, person=said.person, authority=said.authority
    )
    return Reply(value=profile_head(taken), lines=(line,))


def _pair(text: str) -> tuple[str, str]:
    from comity.law.provisions import country_code

    parts = text.split(",")
    if len(parts) != 2 or parts[0] == parts[1]:
        raise UsageError("usage.between", where="--between", value=text[:20])
    return country_code(parts[0]), country_code(parts[1])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise UsageError("usage.count", where="--article", value=text[:20], most="68")
    return int(text)


def _texts(
    context: Context, known: dict[str, Profile | None], articles: list[int], *, on: date
) -> dict[str, tuple[Kept, ...]]:
    """Return the texts of the provisions that are compared, as far as the library holds them."""
    wanted = [
        one.reference(cited)
        for one in known.values()
        if one is not None
        for article in articles
        if (row := one.rows.get(article)) is not None
        for cited in row.provisions
    ]
    found: dict[str, tuple[Kept, ...]] = {}
    try:
        with context.toolbox.open_corpus(context.node) as corpus:
            for reference in dict.fromkeys(wanted):
                if kept := _standing(corpus, reference, on=on):
                    found[reference] = kept
    except NotFoundError:
        return found
    return found


def _standing(corpus: Corpus, reference: str, *, on: date) -> tuple[Kept, ...]:
    """Return a text as it stood on the day, else as it stands: a library begins on the day of its import."""
    for day in (on, None):
        try:
            return corpus.show(reference, on=day)
        except NotFoundError:
            continue
    return ()
