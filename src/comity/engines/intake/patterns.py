"""The grammar of STIX patterns, judged by the library of its makers where it is installed."""

from comity.indicators.errors import bad_form


def require_grammar(pattern: str) -> None:
    """Raise MalformedError ``indicators.form`` for what is no pattern; without the library nothing is judged.

    Basis: docs/spec/indicators.md
    """
    try:
        from stix2patterns.validator import run_validator
    except ImportError:
        return
    try:
        faults = run_validator(pattern, stix_version="2.1")
    except RecursionError as exc:
        raise bad_form("an indicator's pattern is nested too deep", where="pattern") from exc
    if faults:
        raise bad_form(f"an indicator's pattern is none: {str(faults[0])[:160]}", where="pattern")
