"""The words of the page, in every language of letters and findings; those that its script fills, too."""

from collections.abc import Mapping

from comity.wording import WRITTEN, is_rtl, label, say

NAMES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "ar": "العربية",
    "zh": "中文",
    "ru": "Русский",
    "es": "Español",
}
DYNAMIC = (
    *(
        "wait",
        "offline",
        "fault",
        "fault.lists",
        "fault.agree",
        "fault.partly",
        "fault.number",
        "fault.pin_length",
    ),
    *("fault.shelter.pin", "fault.shelter.refused", "fault.shelter.busy", "fault.shelter.files"),
    *("fault.shelter.lists", "fault.shelter.list_closed", "fault.shelter.consent", "fault.shelter.open"),
    *("file.reading", "file.ready", "file.exact", "file.fault", "file.drop", "file.drop_named", "file.count"),
    *("item.picture", "item.video", "item.since", "item.withdraw", "item.withdraw_named", "item.sure"),
    *("item.waiting", "item.all_told", "standing.live", "standing.paused", "standing.gone"),
    *("told.looking", "told.blocked", "told.not_blocked", "told.asked", "told.removed", "told.refused"),
    *("told.not_found", "told.again", "told.restored", "list.nobody", "sure.yes", "sure.no", "all.sure"),
    *("forget.sure", "find.none", "find.one"),
)


def spoken(accepted: str) -> str:
    """Return the language of a visitor: the first that the browser accepts and we have, else English.

    Basis: RFC 9110 section 12.5.4
    """
    for item in accepted[:500].split(",")[:20]:
        tag = item.partition(";")[0].strip().partition("-")[0].lower()
        if tag in WRITTEN:
            return tag
    return WRITTEN[0]


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr``."""
    return "rtl" if is_rtl(language) else "ltr"


def sentence(key: str, language: str, parameters: Mapping[str, str]) -> str:
    """Return a sentence of the page, filled."""
    return say(f"safe.{key}", language=language, parameters=parameters)


def unfilled(key: str, language: str) -> str:
    """Return a sentence as it stands, for the script to fill."""
    return label(f"safe.{key}", language=language)
