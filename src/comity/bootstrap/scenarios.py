"""The run of a scenario of deadlines."""

from comity.engines.zones import zone_offsets
from comity.requests.simulation import Run, simulate


def run_scenario(data: bytes) -> Run:
    """Return what a scenario comes to, with the time zones of this machine."""
    return simulate(data, zones=zone_offsets)
