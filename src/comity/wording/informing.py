"""A report as spontaneous information to another State: a form that a person reads, changes and decides on.

Basis: 40(4), 40(5)
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date

from comity.kernel.clock import format_instant
from comity.kernel.errors import NotFoundError
from comity.protection.jurisdiction import Claim
from comity.protection.reports import Report
from comity.wording.speech import label, say

_MOST = 3500
_BASIS = (
    {"role": "obligation", "reference": "40(4)"},
    {"role": "procedure", "reference": "40(5)"},
    {"role": "grounds", "reference": "40(5)"},
)
_ITEM = {"information_type": "electronic_data"}
_ARTICLES = {"enticement": 15, "intimate": 16}


def inform_form(
    report: Report,
    claims: Sequence[Claim],
    *,
    party: str,
    office: str,
    office_name: str,
    language: str,
    on: date,
) -> bytes:
    """Return the form of information to a State, as bytes.

    It names the report, what ties it to that State and how sure that is, addresses with their times,
    accounts, places and digests of the same bytes. No perceptual fingerprint is in it, and no name.

    Args:
        report: The report.
        claims: States that may take it.
        party: The State, three letters.
        office: Id of the own office.
        office_name: Its name.
        language: Of the texts.
        on: Today.

    Raises:
        NotFoundError: ``report.no_claim``: nothing ties the report to that State.
    """
    held = [one for one in claims if one.party == party]
    if not held:
        raise NotFoundError(
            "report.no_claim",
            f"nothing in the report ties it to {party[:3]}",
            hint="say first what does: comity protect reports tie",
            where="state",
        )

    about, why = _about(report, language), " ".join(_ties(held, language))

    def text(words: str) -> dict[str, str]:
        return {"text": words, "language": language}

    form = {
        "kind": "spontaneous-information",
        "version": 1,
        "requesting_authority": {"id": office, "name": office_name},
        "requested_party": party,
        "transmitted_by": office,
        "language": language,
        "offences": [_offence(report, language)],
        "basis": [{"instrument": "uncc", **one} for one in _BASIS],
        "subject": text(about),
        "usefulness": text(why),
        "items": [{**_ITEM, "id": f"report-{report.number}", "description": text(_content(about, report))}],
        "reference": f"{report.source} {report.id} ({on.isoformat()})"[:1000],
    }
    return json.dumps(form, ensure_ascii=False, indent=2).encode()


def _lines(report: Report) -> Iterator[str]:
    if report.at is not None:
        yield format_instant(report.at)
    for one in report.seen:
        when = "" if one.at is None else f" {format_instant(one.at)}"
        yield f"{one.address}{when}{' (proxy?)' if one.proxy else ''}"
    for account in report.accounts:
        yield " ".join(
            part for part in (account.who.value, account.kind, account.service, account.value) if part
        )
    yield from report.urls
    for file in report.files:
        yield from (f"{name} {digest.hex()}" for name, digest in file.prints.exact)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 2].rpartition("\n")[0] + "\n…"


def _about(report: Report, language: str) -> str:
    incident = label(f"report_incident.{report.incident}", language=language)
    parameters: dict[str, str | int] = {"incident": incident, "source": report.source, "id": report.id}
    return say("inform.subject", language=language, parameters=parameters)


def _ties(held: Sequence[Claim], language: str) -> Iterator[str]:
    for one in held:
        parameters: dict[str, str | int] = {
            "ground": label(f"report_ground.{one.ground}", language=language),
            "reference": one.reference,
            "sure": label(f"report_sure.{one.sure}", language=language),
        }
        yield say("inform.tie", language=language, parameters=parameters)


def _offence(report: Report, language: str) -> dict[str, object]:
    title = label(f"report_incident.{report.incident}", language=language)
    return {"title": title, "convention_article": _ARTICLES.get(report.incident, 14)}


def _content(about: str, report: Report) -> str:
    return _cut("\n".join((about, *_lines(report))))
