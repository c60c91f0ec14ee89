"""Exhibits and verdicts as members of JSON, for the results of long work."""

from collections.abc import Sequence
from typing import Any

from comity.node.views import ExhibitView, VerifyReport


def exhibit_values(found: Sequence[ExhibitView]) -> list[dict[str, Any]]:
    """Return number, name, size and digest of each exhibit."""
    return [
        {
            "number": one.number,
            "name": one.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "size": one.size,
            "sha256": one.sha256,
        }
        for one in found
    ]


def verdict_value(report: VerifyReport) -> dict[str, Any]:
    """Return a verdict with what it tells beside exhibits: what is withheld, custody, stamps, decision."""
    return {
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "step": report.step,
        "path": report.path,
        "reason": report.reason,
        "case": report.case,
        "exhibits": exhibit_values(report.exhibits),
        "stamped": report.stamped,
        "withheld": list(report.withheld),
        "packages": list(report.packages),
        "custody": [{"bag": one.bag_root, "events": one.events, "last": one.last} for one in report.custody],
        "stamps": [{"digest": one.digest, "at": one.at, "holds": one.holds} for one in report.stamps],
        "released": report.released,
    }
