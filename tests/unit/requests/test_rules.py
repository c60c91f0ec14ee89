import hashlib
import subprocess
import sys
from pathlib import Path

from comity.kernel.packaged import packaged_bytes
from comity.requests.rules import RULES_VERSION, rule_files, rule_set_digest

SOURCE = Path(__file__).parents[3] / "src"


def test_the_digest_is_the_one_that_the_specification_describes() -> None:
    state = hashlib.sha256(b"comity rule set v1\n" + str(RULES_VERSION).encode() + b"\n")
    for package, name in sorted(rule_files()):
        state.update(f"{package}/{name}\n".encode() + hashlib.sha256(packaged_bytes(package, name)).digest())
    assert rule_set_digest() == state.hexdigest()


def test_every_data_file_of_this_room_counts() -> None:
    folder = SOURCE / "comity/requests/data"
    ours = {name for package, name in rule_files() if package == "comity.requests"}
    held = {path.relative_to(folder.parent).as_posix() for path in folder.rglob("*.json")}
    # NOTE: an example and the make-up of a letter judge nothing; a sheet is kept by the node in versions.
    apart = {name for name in held if name.startswith(("data/examples/", "data/sheets/"))}
    apart.add("data/letters.json")
    assert ours == held - apart


def test_a_check_loads_nothing_heavy() -> None:
    program = (
        "import json, sys; from datetime import date; from comity.requests import service; "
        "service.check(json.dumps(service.example('preservation')).encode(), side='requesting', "
        "on=date(2026, 11, 2)); from comity.requests.rules import rule_set_digest; "
        "heavy = {'babel', 'msgspec', 'cryptography', 'asyncio', 'comity.treaty.convention'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
