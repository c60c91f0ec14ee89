"""Notices as plain text: what they name runs its own way, and no sign turns the words around it."""

from datetime import date

from comity.node.takedownviews import NoticeView
from comity.wording.notices import notice_text

TOLD = NoticeView(
    takedown=1,
    office="XAA/contact-point",
    office_name="Contact point",
    to="Host \u202elive",
    address="",
    how="mail",
    languages=("ar",),
    subject="intimate",
    url="https://host.example/a/b/",
    host="host.example",
    ip="",
    service="",
    digests=("00" * 32,),
    citation="Act 9 (2)",
    note="",
    due=None,
    at=1_793_000_000_000_000,
    step="notice",
    words="see page (2)\u2067",
    practice=True,
)


def test_an_address_has_a_line_of_its_own_where_words_run_from_the_right() -> None:
    arabic = notice_text(TOLD, language="ar", on=date(2026, 1, 1)).split("\n")
    assert "https://host.example/a/b/" in arabic and "host.example" in arabic
    english = notice_text(TOLD, language="en", on=date(2026, 1, 1))
    assert ": https://host.example/a/b/\n" in english
    for text in ("\n".join(arabic), english):
        assert not {"\u202e", "\u2067"} & set(text)
