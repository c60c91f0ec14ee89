"""What the story is about: a mailbox of a made-up phishing campaign, an access log, an empty file.

Every name and address is reserved for documentation (RFC 2606, RFC 5737, RFC 3849); nobody is meant.
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_BANK = "service@bank-of-alta.example"
_PAGE = "http://bank-of-alta.login.example/confirm"
_MAILBOX = "collect@mailhaven.example"
_MAILS = (
    (
        "06:58:11",
        f"Bank of Alta <{_BANK}>",
        "amina@customers.example",
        "Your account is on hold",
        f"Please confirm your details within 24 hours:\n{_PAGE}?c=8841\n",
    ),
    (
        "07:02:40",
        f"بنك ألتا <{_BANK}>",
        "yusuf@customers.example",
        "تنبيه: تم إيقاف حسابكم مؤقتا",
        f"يرجى تأكيد بياناتكم خلال ٢٤ ساعة:\n{_PAGE}?c=8842\n",
    ),
    (
        "07:05:03",
        f"Banque d'Alta <{_BANK}>",
        "elodie@customers.example",
        "Votre compte est suspendu",
        f"Merci de confirmer vos données sous 24 heures :\n{_PAGE}?c=8843\n",
    ),
    ("21:17:29", "kit@login.example", _MAILBOX, "harvest", "Today's list is attached.\n"),
)
_HARVEST = b"customer,password\n8841,********\n8843,********\n"
_LOG = (
    ("203.0.113.24", "05:40:12", "GET /inbox", 200, 18213),
    ("203.0.113.24", "06:57:58", "POST /send", 202, 312),
    ("198.51.100.7", "21:20:02", "GET /inbox", 200, 18950),
    ("2001:db8:40::9", "23:11:37", "GET /attachment/4", 200, 104),
)


def write_exhibits(folder: Path, *, day: date) -> tuple[Path, ...]:
    """Write the exhibits of the story, which happened on ``day``, into a new folder; return their paths."""
    folder.mkdir()
    mailbox, log, empty = folder / "mailbox.mbox", folder / "access.log", folder / "drafts.mbox"
    mailbox.write_bytes(b"".join(_message(place, day) for place in range(len(_MAILS))))
    lines = (
        f'{ip} - - [{day:%d/%b/%Y}:{at} +0000] "{line} HTTP/1.1" {status} {size}\n'
        for ip, at, line, status, size in _LOG
    )
    log.write_text("".join(lines))
    empty.write_bytes(b"")
    return mailbox, log, empty


def _message(place: int, day: date) -> bytes:
    at, sender, to, subject, text = _MAILS[place]
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{place}.8840@login.example>"
    mail.set_content(text)
    if to == _MAILBOX:
        mail.add_attachment(_HARVEST, maintype="text", subtype="csv", filename="harvest.csv")
        mail.set_boundary("=_practice_4")
    # The mbox form: a line "From " before each message, such lines inside escaped, an empty line after.
    body = mail.as_bytes().replace(b"\nFrom ", b"\n>From ")
    return f"From {_MAILBOX} {day:%a %b %d} {at} {day:%Y}\n".encode() + body + b"\n"
