"""One form of each domestic fact, to begin with: what an officer may leave out is left out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_DOCUMENT = {"reference": "B 12/27", "digest": "0" * 64}

EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "ruling": {
            "step": "order",
            "outcome": "granted",
            "decided_by": "judge",
            "office": "Tribunal of the capital",
            **_DOCUMENT,
        },
        "served": {"reference": "P 7/27"},
        "heard": {"step": "order", "who": "prosecutor"},
        "told": {"step": "transmission", "who": "user"},
        "challenge.lodged": {"step": "transmission", "who": "user", **_DOCUMENT},
        "challenge.suspension": {"challenge": 1, "suspends": False, **_DOCUMENT},
        "challenge.decided": {"challenge": 1, "outcome": "dismissed", **_DOCUMENT},
        "remedy.waived": {"step": "transmission", "who": "user", "reference": "L 3/27"},
        "answer": {"answer": "partly", "reference": "Provider 88-1"},
        "struck": {"line": 1, "reason": "recorded in the wrong case"},
    }
)
"""Facts by name, without the member ``fact``."""
