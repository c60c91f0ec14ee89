"""README.txt of a court file: what it is and how to check it, for readers without our software."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.realms import Realm


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWith:
    """Which key signed an act: id and bytes of the key, and the signature."""

    act_id: str
    kind: str
    author: AuthorityId
    key: str
    public: bytes = field(repr=False)
    signature: bytes = field(repr=False)


_TEXT = """\
{label}

WHAT THIS IS

This is the file of one case of cooperation between two States. It holds every act that they sent
each other, the evidence that was handed over, and what is needed to check both without the software
that made it.

    case  {case}

    data/acts/          the acts as they were signed; one file each, named by its digest
    data/parts/         what the acts say in words, each part with its salt
    data/receipts/      signed receipts: who received which act, and when
    data/proofs/        where acts stand in the logs that the two sides share
    data/deliveries/    the evidence, in the bag in which it was handed over
    data/identity/      the keys of both States over time
    data/custody/       what became of the evidence after it was sealed; of what was destroyed, who decided
    data/stamps/        time stamps by an authority that neither State controls, where there are any
    data/release.json   who decided that this file leaves
    data/withheld.json  what this file does not show, on which ground, and who decided it

HOW TO CHECK IT

1. Get verify.py from a source that you trust, not from this file, and compare its SHA-256 with the one
   that is published. Get the fingerprints of the two States from a source that you trust as well, and
   write them into a file trust.json:

       {{"v": 1, "roots": ["<64 digits>", "<64 digits>"]}}

2. On any computer with Python 3.8 or newer:

       python3 -I -S verify.py --trust trust.json COURT.tar

   It says AUTHENTIC when every bit is as it was sealed, every act is signed by keys that the two States
   published, approved by the persons whom the rules demand, and the States are those that you trust.
   It says INTACT when all this holds but for the last.{practice}

3. Parts of it can be checked with tools that everybody has:

       sha256sum -c manifest-sha256.txt
       sha256sum -c tagmanifest-sha256.txt
       openssl ts -verify -digest DIGEST -in data/stamps/DIGEST.tsr -CAfile AUTHORITY.pem
       openssl pkeyutl -verify -rawin -pubin -inkey data/keys/KEY.pem \\
           -in data/acts/ACT.pae -sigfile data/acts/ACT.sig

   An exhibit that data/withheld.json names by its number is not here; its line in the manifest of its bag is,
   so that the check of that bag reports it as missing, and nothing else.

   A part is the one that an act names if the SHA-256 of salt and part, one after the other, is the
   digest in the act.

WHICH KEY SIGNED WHICH ACT

{table}

WHAT IT DOES NOT SHOW

That an act is signed and approved shows who vouches for it, not that what it says is true. What was done
outside the software that made this file is not shown. Times are those that the clocks of the two sides
gave, each confirmed by the other side's receipt, by its signature in the log, or by a time stamp, where there
is one. Name the certificate of a time-stamp authority that you trust, and its time stamps count:

       python3 -I -S verify.py --trust trust.json --certificates AUTHORITY.pem COURT.tar
"""
_PRACTICE = """
   It says PRACTICE for a drill, such as this one."""


def readme(*, realm: Realm, case: CaseId, label: str, acts: Sequence[SignedWith]) -> bytes:
    """Return README.txt.

    Args:
        realm: Practice or live.
        case: The case.
        label: The label that SEAL repeats.
        acts: Every act with the key that signed it, in the order to be shown.
    """
    rows = [f"    {x.kind}, by {x.author}\n        act {x.act_id}\n        key {x.key}" for x in acts]
    practice = _PRACTICE if realm is Realm.PRACTICE else ""
    return _TEXT.format(label=label, case=case, practice=practice, table="\n".join(rows)).encode("utf-8")
