"""The commands of the victims' desk."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_NUMBER = Argument(name="pseudonym", metavar="NUMBER", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_ANSWERS = Argument(name="answers", metavar="NAME=VALUE", many=True)
_FILE = Argument(name="answer_file", flags=("--file",), metavar="FILE")

VICTIMS = (
    Command(
        words=("victims", "begin"),
        section="protect",
        code="victims:begin",
        arguments=(_ANSWERS,),
        example="victims begin group=adult offence=16 case=3f9a21c47b0d",
    ),
    Command(
        words=("victims", "list"),
        section="protect",
        code="victims:listing",
        arguments=(_PURPOSE,),
        example="victims list",
    ),
    Command(
        words=("victims", "show"),
        section="protect",
        code="victims:show",
        arguments=(_NUMBER, _PURPOSE),
        example="victims show V-7KQ2MXAB",
    ),
    Command(
        words=("victims", "reveal"),
        section="protect",
        code="victims:reveal",
        arguments=(
            _NUMBER,
            Argument(
                name="revealed",
                metavar="WHAT",
                required=True,
                choices=("contact", "name", "statement", "needs", "telling"),
            ),
            _PURPOSE,
        ),
        example="victims reveal V-7KQ2MXAB contact --purpose prosecution",
    ),
    Command(
        words=("victims", "record"),
        section="protect",
        code="victims:record",
        arguments=(
            _NUMBER,
            Argument(name="victim_step", metavar="STEP", required=True),
            _ANSWERS,
            _FILE,
        ),
        example="victims record V-7KQ2MXAB contact channel=phone --file contact.txt",
    ),
    Command(
        words=("victims", "form"),
        section="protect",
        code="victims:form",
        arguments=(Argument(name="victim_step", metavar="STEP"),),
        example="victims form hearing",
    ),
    Command(
        words=("victims", "erase"),
        section="protect",
        code="victims:erase",
        arguments=(
            _NUMBER,
            Argument(name="erase_reason", flags=("--reason",), metavar="TEXT", required=True),
        ),
        example='victims erase V-7KQ2MXAB --reason "asked by the person"',
    ),
    Command(
        words=("victims", "entrust"),
        section="protect",
        code="victims:entrust",
        arguments=(_NUMBER, Argument(name="advocate", metavar="ADVOCATE", required=True)),
        example="victims entrust V-7KQ2MXAB v.advocate",
    ),
    Command(
        words=("victims", "rights"),
        section="protect",
        code="rights:listing",
        arguments=(
            Argument(name="rights_party", metavar="PARTY"),
            Argument(name="rights_language", flags=("--in",), metavar="LANGUAGE"),
        ),
        example="victims rights KEN --in ar",
    ),
    Command(
        words=("victims", "rights", "import"),
        section="protect",
        code="rights:take",
        arguments=(Argument(name="rights_file", metavar="FILE", required=True),),
        example="victims rights import rights.json",
    ),
    Command(
        words=("victims", "rights", "edit"),
        section="protect",
        code="rights:edit",
        arguments=(_ANSWERS,),
        example="victims rights edit party=KEN code=lawyer kind=right language=en "
        'title="A lawyer, free of charge" provision="Act 9, s. 3" source="the gazette" dated=2026-02-01',
    ),
    Command(
        words=("victims", "rights", "drop"),
        section="protect",
        code="rights:drop",
        arguments=(
            Argument(name="rights_party", metavar="PARTY", required=True),
            Argument(name="rights_code", metavar="CODE", required=True),
        ),
        example="victims rights drop KEN lawyer",
    ),
    Command(
        words=("victims", "count"),
        section="protect",
        code="victims:count",
        arguments=(Argument(name="counted_year", metavar="YEAR", required=True),),
        example="victims count 2026",
    ),
)
