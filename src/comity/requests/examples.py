"""A complete, made-up case between two practice Parties: one phishing mailbox, asked about twice.

Customers of a bank in Altavia (``XAA``) typed their passwords into a false page; the passwords went to a
mailbox that a company in Belmare (``XAB``) hosts.
"""

from datetime import date, timedelta
from typing import Any

from comity.requests.kinds import PRESERVATION, RequestKind

EXAMPLE_DAY = date(2026, 11, 2)
_MAILBOX = "collect@mailhaven.example"


def example_of(kind: RequestKind, *, on: date) -> dict[str, Any]:
    """Return the example of a kind with its dates around a day."""
    return _preservation(on) if kind is PRESERVATION else _stored_data(on)


def _preservation(on: date) -> dict[str, Any]:
    return {
        "kind": "preservation",
        "version": 1,
        "requesting_authority": {
            "id": "XAA/contact-point",
            "name": "Altavia 24/7 Contact Point, National Cybercrime Unit",
            "contact": "Call back on the number in the signed directory, duty desk",
        },
        "requested_party": "XAB",
        "issued_by": {"name": "Public Prosecutor of Port Alta", "functions": "Leads the investigation"},
        "transmitted_by": "XAA/contact-point",
        "language": "en",
        "basis": [
            {"role": "obligation", "instrument": "uncc", "reference": "42(1)"},
            {"role": "procedure", "instrument": "uncc", "reference": "42(3)"},
            {"role": "grounds", "instrument": "uncc", "reference": "42(6)"},
        ],
        "offences": _offences(),
        "facts": _facts(on),
        "items": _to_preserve(on),
        "relation": _text(
            "The false page sent every password it took to this mailbox; whoever read it emptied the "
            "accounts. Its messages name the victims, and its log-ins name the reader."
        ),
        "necessity": _text(
            "Mailhaven deletes log-in records after 30 days, and the holder can empty it at any time."
        ),
        "intends_request": True,
        "request_expected": _day(on, 30),
        "confidentiality": _secrecy(on),
        "urgency": {
            "reason": _text("The oldest log-in records of interest are deleted in four days."),
            "wanted_by": _day(on, 2),
        },
    }


def _stored_data(on: date) -> dict[str, Any]:
    return {
        "kind": "stored-data",
        "version": 1,
        "requesting_authority": {
            "id": "XAA/central-authority",
            "name": "Ministry of Justice of Altavia, Central Authority for Mutual Legal Assistance",
            "contact": "Call back on the number in the signed directory, registry",
        },
        "requested_party": "XAB",
        "issued_by": {"name": "District Court of Port Alta", "functions": "Judge of the investigation"},
        "transmitted_by": "XAA/central-authority",
        "language": "en",
        "basis": [
            {"role": "obligation", "instrument": "uncc", "reference": "44(1)"},
            {"role": "procedure", "instrument": "uncc", "reference": "40(15)"},
            {"role": "grounds", "instrument": "uncc", "reference": "40(21)"},
        ],
        "proceeding": {
            "subject": _text("Fraud on customers of Bank of Alta through a false log-in page"),
            "nature": "investigation",
            "reference": "PA-2026-1187",
        },
        "conducting_authority": {
            "name": "Public Prosecutor of Port Alta",
            "functions": "Directs the police in criminal investigations and brings charges before the court",
        },
        "offences": [{**one, "criminal_in_requested": "yes"} for one in _offences()],
        "facts": _facts(on),
        "assistance": _text("Search the preserved copy of the mailbox and hand over the data named below."),
        "procedure": _text(
            "Export the messages in their original form with full headers, note time and person of each "
            "step, and give a SHA-256 digest of every file."
        ),
        "items": _to_disclose(on),
        "persons": [{"role": "account_holder", "identity": f"Unknown holder of {_MAILBOX}"}],
        "period": _period(on),
        "purpose": _text("Find and prosecute whoever took the money, and tell the victims what was taken."),
        "undertakings": {"use_limited": True, "onward_only_authorized": True},
        "data_protection": _text(
            "Read by the named investigators only; messages without relation to the case are returned unread."
        ),
        "preservation_reference": "Preservation asked by XAA/contact-point in the same matter",
        "vulnerable": True,
        "confidentiality": _secrecy(on),
        "urgency": {
            "reason": _text("The preservation ends 60 days after it was effected."),
            "wanted_by": _day(on, 45),
        },
    }


def _to_preserve(on: date) -> list[dict[str, Any]]:
    return [
        {
            "id": "mailbox",
            "data": ["content"],
            "account": _MAILBOX,
            "description": _text("All messages, drafts and deleted messages still held, with headers"),
            "custodian": "Mailhaven Hosting, Belmare",
            "location": "Mail servers of Mailhaven in Belmare; 192.0.2.44 answered as incoming server",
            "period": _period(on),
        },
        {
            "id": "log-ins",
            "data": ["traffic", "subscriber"],
            "account": _MAILBOX,
            "description": _text("Subscriber record, and log-in records with time, address and port"),
            "custodian": "Mailhaven Hosting, Belmare",
            "period": _period(on),
        },
    ]


def _to_disclose(on: date) -> list[dict[str, Any]]:
    return [
        {
            "id": "mailbox",
            "data": ["content"],
            "account": _MAILBOX,
            "description": _text("Messages of the period that contain passwords or account numbers"),
            "custodian": "Mailhaven Hosting, Belmare",
            "location": "Belmare",
            "period": _period(on),
        },
        {
            "id": "log-ins",
            "data": ["traffic", "subscriber"],
            "account": _MAILBOX,
            "description": _text("Subscriber record and log-in records with time, address and port"),
            "custodian": "Mailhaven Hosting, Belmare",
            "period": _period(on),
        },
    ]


def _offences() -> list[dict[str, Any]]:
    return [
        {
            "title": "Fraud by means of an information system",
            "provisions": ["Criminal Code of Altavia, section 263a"],
            "convention_article": 13,
            "maximum_penalty": {"years": 5, "months": 0},
        },
        {
            "title": "Illegal access to a computer system",
            "provisions": ["Criminal Code of Altavia, section 202", "Criminal Code of Altavia, section 202a"],
            "convention_article": 7,
            "maximum_penalty": {"years": 3, "months": 6},
        },
    ]


def _facts(on: date) -> dict[str, Any]:
    first = _day(on, -45)
    return {
        "text": (
            f"From {first} customers of Bank of Alta received messages that led to a copy of its log-in "
            f"page. Passwords typed there were sent to {_MAILBOX}. 212 accounts were emptied; the loss is "
            "about 1.4 million."
        ),
        "language": "en",
        "translation": {
            "text": (
                f"À partir du {first}, des clients de la Bank of Alta ont reçu des messages menant à une "
                f"copie de sa page de connexion. Les mots de passe saisis étaient envoyés à {_MAILBOX}. 212 "
                "comptes ont été vidés ; le préjudice est d'environ 1,4 million."
            ),
            "language": "fr",
            "by": "Sworn translator, Port Alta",
        },
    }


def _secrecy(on: date) -> dict[str, Any]:
    return {
        "wanted": True,
        "no_user_notification": True,
        "until": _day(on, 180),
        "reason": _text("The holder of the mailbox would destroy evidence in other places if told."),
    }


def _period(on: date) -> dict[str, str]:
    return {"from": _day(on, -60), "to": _day(on, -1)}


def _text(words: str) -> dict[str, str]:
    return {"text": words, "language": "en"}


def _day(on: date, days: int) -> str:
    return (on + timedelta(days=days)).isoformat()
