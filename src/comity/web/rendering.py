"""Templates: escaped by default, strict about names, loaded from the package."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from comity.web import words


def render(template: str, values: Mapping[str, object]) -> bytes:
    """Return a page as UTF-8.

    Raises:
        jinja2.UndefinedError: a value that the template needs is missing: a bug.
    """
    return environment().get_template(template).render(values).encode("utf-8")


@cache
def environment() -> Environment:
    """Return the environment of the templates."""
    made = Environment(
        loader=PackageLoader("comity.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "ident": words.ident,
        "reckoned": words.reckoned,
        "rung": words.rung,
        "told": words.told,
        "whole": words.whole,
        "office": words.office,
        "paragraph": words.paragraph,
        "reference": words.reference,
        "prose": words.prose,
        "plain": words.plain,
    }
    return made
