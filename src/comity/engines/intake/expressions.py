"""Regular expressions of warning lists, matched by RE2: in time that grows with the text and never beyond.

A list comes from outside, and so does the value that is compared with it: an expression that tries one way
after the other may be made to try for years. What RE2 cannot follow in one pass (references back, looking
around) is no expression here.

Basis: docs/spec/indicators.md
"""

from collections.abc import Collection, Sequence

from comity.engines.intake.worker import no_extra
from comity.indicators.ports import Fitting

_MOST_MEMORY = 64 << 20


def compiled(patterns: Sequence[str]) -> Fitting:
    """Return what tells which of these patterns fit a text, without regard to case; fulfils the port."""
    try:
        import re2
    except ImportError as exc:
        raise no_extra() from exc
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MOST_MEMORY
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        try:
            re2.compile(pattern, options)
            found.Add(pattern)
        except (re2.error, UnicodeEncodeError) as exc:
            raise ValueError(f"{pattern[:60]!r} cannot be matched in one pass") from exc
    found.Compile()

    def fitting(text: str) -> Collection[int]:
        return found.Match(text) or ()

    return fitting
