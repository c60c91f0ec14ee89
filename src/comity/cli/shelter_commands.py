"""The commands of a shelter's officers: what people gave, who was told, what became of it."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_LIST = Argument(name="hash_list", flags=("--list",), metavar="NAME", required=True)

SHELTER = (
    Command(words=("shelter",), section="protect", code="sheltering:overview", example="shelter"),
    Command(
        words=("shelter", "list"),
        section="protect",
        code="sheltering:make_list",
        arguments=(
            Argument(name="shelter_list", metavar="NAME", required=True),
            Argument(name="about", flags=("--about",), metavar="TEXT", required=True),
            Argument(name="hash_ground", flags=("--ground",), metavar="TEXT", required=True),
            Argument(name="hash_licence", flags=("--licence",), metavar="TEXT", required=True),
        ),
        example='shelter list platforms --about "Large platforms" --ground "Act 9, s. 2" '
        '--licence "matching only"',
    ),
    Command(
        words=("shelter", "confirm"),
        section="protect",
        code="sheltering:confirm",
        arguments=(_LIST, Argument(name="receiver", flags=("--to",), metavar="NAME", required=True)),
        example="shelter confirm --list platforms --to platform",
    ),
    Command(
        words=("shelter", "outcome"),
        section="protect",
        code="sheltering:outcome",
        arguments=(
            Argument(name="print", metavar="HASH", required=True),
            Argument(
                name="outcome",
                flags=("--outcome",),
                choices=(
                    "looking",
                    "blocked",
                    "not_blocked",
                    "asked",
                    "removed",
                    "refused",
                    "not_found",
                    "again",
                    "restored",
                ),
                required=True,
            ),
            Argument(name="by", flags=("--by",), metavar="NAME", required=True),
        ),
        example="shelter outcome d41d8cd98f00b204e9800998ecf8427e --outcome removed --by host.example",
    ),
)
