"""The commands on examination: intake reports, searches in what was found, lists of known files."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_KINDS = (
    "email",
    "domain",
    "url",
    "ip",
    "phone",
    "iban",
    "bitcoin",
    "litecoin",
    "dogecoin",
    "tron",
    "ethereum",
)

EXAMINATION = (
    Command(
        words=("evidence", "examine"),
        section="evidence",
        code="examining:examine",
        arguments=(
            Argument(name="place", metavar="DELIVERY|FOLDER", required=True),
            Argument(
                name="handling",
                flags=("--handling",),
                choices=("ordinary", "intimate", "child-abuse", "privileged", "classified"),
            ),
            _PURPOSE,
        ),
        example="evidence examine c07d11e9 --purpose investigation",
    ),
    Command(
        words=("evidence", "search"),
        section="evidence",
        code="examining:search",
        arguments=(
            Argument(name="text", metavar="TEXT"),
            Argument(name="case", flags=("--case",), metavar="CASE", required=True),
            Argument(name="kind", flags=("--kind",), choices=_KINDS),
            Argument(name="note", flags=("--finding",), metavar="CODE"),
            Argument(name="media", flags=("--type",), metavar="TYPE"),
            Argument(name="digest", flags=("--sha256",), metavar="DIGEST"),
            Argument(name="since", flags=("--since",), metavar="TIME"),
            Argument(name="until", flags=("--until",), metavar="TIME"),
            Argument(name="known", flags=("--known",), metavar="LIST|known|unknown"),
            Argument(name="after", flags=("--after",), metavar="PLACE"),
            _PURPOSE,
        ),
        example="evidence search acme-payments --case 4be1c09a --kind email --purpose investigation",
    ),
    Command(
        words=("evidence", "known"),
        section="evidence",
        code="examining:known",
        arguments=(
            Argument(name="file", flags=("--import",), metavar="FILE"),
            Argument(name="name", flags=("--name",), metavar="NAME"),
            Argument(name="source", flags=("--source",), metavar="TEXT"),
            Argument(name="dated", flags=("--dated",), metavar="DATE"),
            Argument(name="drop", flags=("--drop",), metavar="NAME"),
        ),
        example='evidence known --import hashes.txt --name nsrl --source "NIST NSRL" --dated 2026-09-01',
    ),
)
