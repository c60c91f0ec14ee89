"""Made-up laws for the tests: no text of any State."""

from comity.law.provisions import Provision


def provision(section="1", text="A person who does it commits an offence.", **more):
    return Provision(
        **{
            "country": "XAA",
            "language": "en",
            "instrument": "CRIMES",
            "section": section,
            "text": text,
            **more,
        }
    )


def code():
    """Return a small code in the order of its sections."""
    general = {"title": "Criminal Code", "path": ("Part I General provisions",)}
    special = {"title": "Criminal Code", "path": ("Part V Computers", "Chapter 2 Data")}
    return [
        provision("1", "This Code may be cited as the Criminal Code.", heading="Short title", **general),
        provision(
            "5", "A person who aids or abets an offence is a party to it.", heading="Aiding", **general
        ),
        provision(
            "80",
            "A person who without authority gains access to a computer system commits an offence and is "
            "liable to imprisonment for two years.",
            heading="Unauthorised access",
            **special,
        ),
        provision(
            "81",
            "A person who wilfully damages, deletes or alters computer data without authority commits an "
            "offence and is liable to imprisonment for five years.",
            heading="Data interference",
            **special,
        ),
        provision(
            "82",
            "The Minister shall report on section 80 to the Assembly.",
            heading="Annual report",
            **special,
        ),
        provision(
            "120",
            "A person who steals a computer or damages a bridge commits an offence.",
            heading="Theft and damage",
            title="Criminal Code",
            path=("Part VI Property",),
        ),
    ]
