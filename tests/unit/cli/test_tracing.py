"""Commands on crypto-assets, on a real desk."""

import json

import pytest

from comity.bootstrap.tracing import tracing_desk
from tests.unit.cli.fakes import comity as run
from tests.unit.node.nodes import node
from tests.unit.tracing.chains import ADDRESS, CHAIN, told, txid


def test_an_address_is_judged_in_every_language_and_form():
    found = run("address", "check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "--json").value
    assert (found["valid"], found["networks"][0], found["kind"]) == (True, "bitcoin", "p2pkh")
    wrong = run("address", "check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "--json")
    assert (wrong.code, wrong.value["valid"], wrong.value["place"]) == (0, False, 34)
    assert "lettre 34" in run("--lang", "fr", "address", "check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb").out
    assert "checksum" in run("address", "check", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA").out
    secret = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    kept = run("address", "check", secret)
    assert secret not in kept.out and "private key" in kept.out
    assert run("address", "check").code == 2


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    pytest.importorskip("duckdb")
    pytest.importorskip("numba")
    root = tmp_path_factory.mktemp("tracing")
    for one in CHAIN:
        (root / f"{one['height']}.json").write_bytes(told(one))
    (root / "pack.yaml").write_text(
        "title: T\ncreator: C\nsource: s\ncategory: exchange\ntags:\n"
        f"- {{address: {ADDRESS['exchange']}, currency: BTC, label: Exchange, confidence: forensic}}\n"
        f"- {{address: {ADDRESS['shop']}, currency: BTC, label: Shop}}\n"
    )
    return root, tracing_desk(root, node("XAA", 1).place)


def test_a_trace_from_the_first_file_to_the_picture(desk, tmp_path):
    root, real = desk

    def ask(*argv, **more):
        return run(*argv, answers={"tracing": real}, **more)

    files = [str(root / f"{one['height']}.json") for one in CHAIN]
    assert [row["fresh"] for row in ask("trace", "import", *files, "--json").value["taken"]] == [2, 1, 1, 2]
    assert ask("trace", "list", "--json").value[0]["moves"] == 16
    assert "main" in ask("trace", "list").out
    made = ask("trace", "tags", "import", str(root / "pack.yaml"))
    assert "1 refused" in made.out and "--confidence" in made.out
    taint = ask("trace", "taint", "--seed", txid("theft"), "--by", "fifo", "--json").value
    assert taint["created"] == "990"
    assert {row["address"]: row["taint"] for row in taint["holdings"]} == {
        ADDRESS["exchange"]: "500",
        ADDRESS["shop"]: "490",
    }
    said = ask("trace", "taint", "--seed", txid("theft"), "-k", "1").out
    assert "0.0000049" in said and "… and" in said and "person" in said
    (path,) = ask("trace", "path", "--seed", ADDRESS["thief"], "--json").value["paths"]
    assert path["target"] == ADDRESS["exchange"]
    assert "Exchange (forensic)" in ask("trace", "path", "--seed", ADDRESS["thief"]).out
    assert "No path" in ask("trace", "path", "--seed", ADDRESS["thief"], "--to", ADDRESS["victim"]).out
    assert ask("trace", "cluster", "--json").value["clusters"] == [
        sorted((ADDRESS["thief"], ADDRESS["friend"]))
    ]
    assert "inference" in ask("trace", "cluster", "-k", "3").out
    links = ask("trace", "explain", ADDRESS["thief"], ADDRESS["friend"])
    assert "signed for all its inputs" in links.out
    asked = ask("trace", "asked", "--json").value
    assert [one["method"] for one in asked if one["trace"] == taint["digest"]] == ["fifo"]
    assert taint["digest"][:16] in ask("trace", "asked").out
    still = ask("trace", "moved", taint["digest"][:8], "--json").value
    assert (still["moved"], still["remains"], still["steps"]) == (False, "990", [])
    assert "Nothing has moved" in ask("trace", "moved", taint["digest"]).out
    report = ask("trace", "report", "--seed", txid("theft"), "-o", str(tmp_path / "r.json"), "--json").value
    assert json.loads((tmp_path / "r.json").read_bytes()) == report["report"]
    picture = ask("--lang", "ar", "trace", "report", "--seed", txid("theft"), "-o", str(tmp_path / "r.svg"))
    assert picture.calls.of("draw_flow")[0]["language"] == "ar"
    assert (tmp_path / "r.svg").read_bytes() == b"<svg/>"
    assert len(ask("trace", "tags", "--json").value) == 1
    out = str(tmp_path / "out.yaml")
    assert ask("trace", "tags", "export", out, "--title", "T", "--creator", "C", "--json").value["tags"] == 1
    gone = ask("trace", "tags", "retract", "--address", ADDRESS["exchange"], "--reason", "no")
    assert "1 tags" in gone.out and "leaned on them" in gone.out and report["digest"] in gone.out
    leaned = {one["digest"]: one for one in ask("trace", "leaned", "--json").value}
    assert leaned[report["digest"]]["retracted"][0]["reason"] == "no"
    assert "retracted since" in ask("trace", "leaned", "-k", "1").out
    assert ask("trace", "tags", "--retracted", "--json").value[0]["by"]
    assert ADDRESS["exchange"] in ask("trace", "tags", "--retracted").out
    back = str(tmp_path / "back.yaml")
    export = ("trace", "tags", "export", back, "--title", "T", "--creator", "C", "--retractions", "--json")
    assert ask(*export).value["tags"] == 1
    assert ask("trace", "tags", "import", back, "--json").value[0]["retracted"] == []
    assert "0 tags" in ask("trace", "tags", "import", back).out
    figures = ask("trace", "figures", "--json").value
    told = (figures["transactions"], figures["addresses"], figures["paid"], figures["made"], figures["fees"])
    assert told == (6, 8, "12420", "4000", "40"), told
    assert "0.0001242 BTC" in ask("trace", "figures").out


@pytest.mark.parametrize(
    ("argv", "code", "problem"),
    [
        (("trace", "taint"), 2, "usage.missing"),
        (("trace", "taint", "--seed", "nobody"), 5, "trace.seed"),
        (("trace", "taint", "--seed", "x", "--ledger", "other"), 5, "trace.absent"),
        (("trace", "taint", "--seed", "x", "--ledger", "../x"), 3, "trace.name"),
        (("trace", "taint", "--seed", "x", "--since", "soon"), 3, "time.form"),
        (("trace", "taint", "--seed", "x", "-k", "0"), 2, "usage.count"),
        (("trace", "taint", "--seed", "x", "--by", "guess"), 2, "usage.choice"),
        (("trace", "cluster", "--rule", "guess"), 3, "trace.rule"),
        (("trace", "moved", "0" * 64), 5, "trace.unasked"),
        (("trace", "moved", "abc"), 5, "trace.unasked"),
        (("trace", "report", "--seed", "x", "-o", "r.doc"), 2, "usage.trace_out"),
        (("trace", "import", "absent.dat"), 5, "file.absent"),
        (("trace", "tags", "retract", "--reason", "x"), 3, "tag.retraction"),
    ],
)
def test_wrong_input_is_told(desk, argv, code, problem):
    ran = run(*argv, "--json", answers={"tracing": desk[1]})
    assert (ran.code, ran.problem["code"]) == (code, problem)
