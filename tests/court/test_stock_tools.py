"""What a court has at hand: tar, sha256sum, openssl, a BagIt reader, and verify.py run by bare Python."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from comity.cases.verdicts import trust_file
from tests.court.sample import VERIFIER, Sample, judge, whole_case


@cache
def made() -> tuple[Sample, bytes]:
    sample = whole_case()
    return sample, sample.court_file()


def run(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    if shutil.which("tar") is None:
        pytest.skip("no tar here")
    (tmp_path / "court.tar").write_bytes(made()[1])
    (tmp_path / "opened").mkdir()
    done = run("tar", "-xf", "court.tar", "-C", "opened", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "opened"


@pytest.mark.slow
def test_tar_sha256sum_and_bagit(opened: Path):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert run("sha256sum", "-c", "--strict", manifest, cwd=opened).returncode == 0
    bag = next(opened.glob("data/deliveries/*"))
    assert run("sha256sum", "-c", "--strict", "manifest-sha256.txt", cwd=bag).returncode == 0
    script = Path(sys.executable).with_name("bagit.py")
    if not script.exists():
        pytest.skip("the BagIt reader is not installed")
    for folder in (opened, bag):
        assert run(sys.executable, script, "--validate", "--quiet", folder).returncode == 0


@pytest.mark.slow
def test_openssl_checks_each_act(opened: Path):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    readme = (opened / "README.txt").read_text()
    for pae in (opened / "data/acts").glob("*.pae"):
        key = readme.split(f"act {pae.stem}\n")[1].split("key ")[1].split()[0]
        check = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-rawin",
            "-pubin",
            "-inkey",
            opened / f"data/keys/{key}.pem",
        ]
        assert run(*check, "-in", pae, "-sigfile", pae.with_suffix(".sig")).returncode == 0
        assert run(*check, "-in", opened / "SEAL", "-sigfile", pae.with_suffix(".sig")).returncode != 0


@pytest.mark.slow
def test_verify_py_alone(tmp_path: Path):
    sample, data = made()
    court, trust = tmp_path / "court.tar", tmp_path / "trust.json"
    court.write_bytes(data)
    trust.write_bytes(trust_file(sample.roots))
    bare = [sys.executable, "-I", "-S", VERIFIER]
    done = run(*bare, "--trust", trust, "--json", court)
    assert done.returncode == 0
    assert json.loads(done.stdout) == judge(data, trust_file(sample.roots)).value()
    shown = run(*bare, court)
    assert shown.returncode == 7
    assert "verdict: PRACTICE" in shown.stdout
    assert "no trusted roots were given" in shown.stdout
    assert run(*bare, "--integrity-only", court).returncode == 0
    court.write_bytes(data[:-1] + b"x")
    broken = run(*bare, "--trust", trust, court)
    assert broken.returncode == 7
    assert "NOT INTACT" in broken.stdout
    assert "Traceback" not in broken.stderr
    assert run(*bare, tmp_path / "nothing.tar").returncode == 5
    assert run(*bare).returncode == 2
    assert run(*bare, "--what", court).returncode == 2


def test_verify_py_is_short_and_stands_alone():
    import ast

    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 1100
    tree = ast.parse(text, feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_verify_py_numbers_its_steps_as_the_specification_does():
    spec = (VERIFIER.parents[4] / "docs/spec/court-file.md").read_text(encoding="utf-8")
    from tests.court.sample import verifier

    for number, (name, check) in enumerate(
        zip(verifier().STEPS, [*verifier().CHECKS, None], strict=True), start=1
    ):
        assert f"### Step {number}: {name}\n" in spec
        assert check is None or check.__name__ == f"step_{number}_{name}"
