"""Every command, in the order in which help shows them.

The first command of each section is where a newcomer begins. What is written here is stable: scripts
depend on it.
"""

from __future__ import annotations

from comity.cli.basis_commands import BASES
from comity.cli.case_commands import ACTS, CASES, EVIDENCE, REQUESTS
from comity.cli.commands import Argument, Command
from comity.cli.custody_commands import CUSTODY
from comity.cli.directory_commands import DIRECTORY, REGISTERS
from comity.cli.duty_commands import DUTY
from comity.cli.examination_commands import EXAMINATION
from comity.cli.feed_commands import FEEDS
from comity.cli.freeze_commands import FREEZE
from comity.cli.indicator_commands import INDICATORS
from comity.cli.law_commands import LAW
from comity.cli.office_commands import LOGS, NODE, PEERS, START
from comity.cli.practice_commands import PRACTICE
from comity.cli.protect_commands import PROTECT
from comity.cli.report_commands import REPORTS
from comity.cli.restitution_commands import RESTITUTION
from comity.cli.scam_commands import SCAMS
from comity.cli.sheet_commands import SHEETS
from comity.cli.shelter_commands import SHELTER
from comity.cli.takedown_commands import TAKEDOWN
from comity.cli.talk_commands import TALK
from comity.cli.trace_commands import TRACE
from comity.cli.treaty_commands import TREATY
from comity.cli.victim_commands import VICTIMS

SECTIONS = (
    "start",
    "node",
    "peers",
    "requests",
    "acts",
    "evidence",
    "cases",
    "duty",
    "indicators",
    "logs",
    "law",
    "treaty",
    "trace",
    "freeze",
    "restitution",
    "protect",
    "practice",
)

GLOBALS = (
    Argument(name="json", flags=("--json",), is_flag=True),
    Argument(name="node", flags=("--node",), metavar="DIR"),
    Argument(name="officer", flags=("--as",), metavar="OFFICER"),
    Argument(name="passphrase_file", flags=("--passphrase-file",), metavar="FILE"),
    Argument(name="lang", flags=("--lang",), metavar="LANGUAGE"),
    Argument(name="help", flags=("--help", "-h"), is_flag=True),
)

COMMANDS: tuple[Command, ...] = (
    *START,
    *NODE,
    *PEERS,
    *DIRECTORY,
    *REGISTERS,
    *REQUESTS,
    *BASES,
    *ACTS,
    *TALK,
    *SHEETS,
    *EVIDENCE,
    *CUSTODY,
    *EXAMINATION,
    *CASES,
    *DUTY,
    *INDICATORS,
    *SCAMS,
    *FEEDS,
    *LOGS,
    *LAW,
    *TREATY,
    *TRACE,
    *FREEZE,
    *RESTITUTION,
    *PROTECT,
    *REPORTS,
    *TAKEDOWN,
    *VICTIMS,
    *SHELTER,
    *PRACTICE,
)
