"""The errors of this capability, each built in one place so that its code and words stay the same."""

from datetime import date

from comity.kernel.errors import (
    ConflictError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)


def bad_line(what: str, *, where: str) -> MalformedError:
    """Return ``law.line``: a line of a collection is no provision."""
    return MalformedError(
        "law.line",
        f"not a provision: {what}",
        hint="a line is an object with country, language, instrument, section, heading and text",
        where=where,
    )


def too_large(what: str, *, where: str) -> MalformedError:
    """Return ``law.size``: more than this version takes."""
    return MalformedError("law.size", what, hint="cut the collection into several files", where=where)


def no_law(country: str) -> NotFoundError:
    """Return ``law.country``: no provision of a country is in the library."""
    return NotFoundError(
        "law.country",
        f"the library holds no law of {country}",
        hint="import it first: comity law import --country ISO3 FILE",
        where=country,
    )


def no_provision(reference: str) -> NotFoundError:
    """Return ``law.provision``: the library has no such provision, or not on the day that was asked for."""
    return NotFoundError(
        "law.provision",
        f"the library has no provision {reference}",
        hint="references are COUNTRY/INSTRUMENT/SECTION; comity law find and search print them",
        where=reference,
    )


def no_terms(language: str) -> NotFoundError:
    """Return ``law.terms``: no vocabulary of legal terms ships for a language."""
    return NotFoundError(
        "law.terms",
        f"no legal terms ship for the language {language}",
        hint="comity law search finds words in any language",
        where=language,
    )


def no_index() -> UnavailableError:
    """Return ``law.extra``: the index of words needs a package that is not installed."""
    return UnavailableError(
        "law.extra",
        "searching the words of laws needs the extra 'law'",
        hint="install it: pip install 'comity[law]'; comity law find works without it",
    )


def no_article(article: int, what: str) -> NotFoundError:
    """Return ``law.article``: there is nothing to look for."""
    return NotFoundError(
        "law.article",
        what,
        hint="offences are articles 7 to 17, powers 25 to 31, cooperation 35 to 52",
        where=str(article),
    )


def bad_profile(what: str, *, where: str) -> MalformedError:
    """Return ``law.profile``: a document is no profile of a State's law."""
    return MalformedError(
        "law.profile",
        f"not a profile: {what}",
        hint="docs/spec/profile.md says what a profile holds",
        where=where,
    )


def unsigned_profile(key: str, *, where: str) -> UntrustedError:
    """Return ``law.profile_unsigned``: the key that was named has not signed a profile."""
    return UntrustedError(
        "law.profile_unsigned",
        f"the profile holds no valid signature by key {key[:16]}",
        hint="get the document and the key of the authority that confirmed it from that authority",
        where=where,
    )


def bad_review(what: str, *, where: str) -> MalformedError:
    """Return ``law.review``: a statement on a find is none."""
    return MalformedError(
        "law.review",
        f"not a review: {what}",
        hint="docs/spec/profile.md says what a review holds",
        where=where,
    )


def no_review(what: str, *, where: str) -> NotFoundError:
    """Return ``law.review_absent``: there is nothing that could be reviewed or shown."""
    return NotFoundError(
        "law.review_absent",
        what,
        hint="'comity law find' shows what may serve, 'comity law review list' what was said of it",
        where=where,
    )


def strange_profile(country: str, party: str) -> UntrustedError:
    """Return ``law.profile_party``: a Party states its own law only, by a person who approved it."""
    return UntrustedError(
        "law.profile_party",
        f"a profile of {country[:40]} is no statement of {party} on its own law",
        hint="the State, the authority and the named person must be of the Party that signed",
        where=country[:40],
    )


def older_profile(version: int, held: int) -> ConflictError:
    """Return ``law.profile_older``: a version that does not follow the one that is held."""
    return ConflictError(
        "law.profile_older",
        f"version {version} of the profile does not follow version {held}, which is held",
        hint="a profile is superseded by a higher version that names the one before",
        where=str(version),
    )


def no_pending() -> NotFoundError:
    """Return ``law.profile_pending``: no profile waits for approvals."""
    return NotFoundError(
        "law.profile_pending",
        "no profile of this Party waits for approvals",
        hint="a head makes one from the reviews: comity law profile make",
    )


def nothing_reviewed(country: str) -> ConflictError:
    """Return ``law.profile_empty``: no review stands of which a profile could be made."""
    return ConflictError(
        "law.profile_empty",
        f"this office has no review of the law of {country} that stands and is not stale",
        hint="say something of finds first: comity law review add, comity law review adopt",
        where=country,
    )


def bad_conduct(what: str, *, where: str, hint: str) -> MalformedError:
    """Return ``law.conduct``: a form of described conduct is wrong."""
    return MalformedError("law.conduct", what, hint=hint, where=where)


def no_offence(article: int) -> NotFoundError:
    """Return ``law.offence``: an article establishes no offence that could be compared."""
    return NotFoundError(
        "law.offence",
        f"article {article} establishes no offence that can be compared by itself",
        hint="offences are articles 7 to 17",
        where=str(article),
    )


def earlier_law(instrument: str, newest: date) -> ConflictError:
    """Return ``law.earlier``: a day before the newest change would rewrite what is known of later ones."""
    return ConflictError(
        "law.earlier",
        f"the library knows {instrument} as of {newest.isoformat()}, which is later",
        hint="take older states of a law in first, the oldest at the beginning",
        where=instrument,
    )
