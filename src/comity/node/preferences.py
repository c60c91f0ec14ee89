"""What an officer prefers, kept by the node so that it follows the person and not the browser."""

import re
from dataclasses import dataclass

from comity.kernel.errors import MalformedError
from comity.kernel.ids import OfficerName
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesDesk:
    """Preferences of officers; each changes their own only. None of them is case material."""

    place: Workplace

    def language(self, actor: Actor) -> str:
        """Return the language that an officer chose for the pages; empty for none."""
        with self.place.store.snapshot() as tx:
            return preferred_language(tx, actor.officer)

    def choose_language(self, actor: Actor, *, language: str) -> None:
        """Keep the language of an officer's pages; an empty one leaves it to the browser.

        Raises:
            MalformedError: ``language.form``: not a language subtag.

        Basis: RFC 5646
        """
        if language and not _LANGUAGE.fullmatch(language):
            raise MalformedError(
                "language.form", f"{language[:20]!r} is no language", hint="e.g. en, fr or ar"
            )
        with self.place.store.transaction() as tx:
            tx.node.put_setting(_name(actor.officer), language.encode("ascii"))


def preferred_language(tx: Transaction, officer: OfficerName) -> str:
    """Return the language that an officer chose; empty for none."""
    return (tx.node.setting(_name(officer)) or b"").decode("ascii")


def language_of(tx: Transaction, actor: Actor, told: str) -> str:
    """Return in which language words of an officer are: as it was told, else as the officer prefers.

    Raises:
        MalformedError: ``language.form``: not a language subtag.
    """
    if told and not _LANGUAGE.fullmatch(told):
        raise MalformedError("language.form", f"{told[:20]!r} is no language", hint="e.g. en, fr or ar")
    return told or preferred_language(tx, actor.officer)


def _name(officer: OfficerName) -> str:
    return f"preference/language/{officer}"
