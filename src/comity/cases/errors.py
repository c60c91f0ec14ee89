"""Errors that callers of cases catch by type; all others are the six families with codes of their own."""

from comity.kernel.errors import ConflictError, DeniedError


class GateClosedError(DeniedError):
    """A way out was tried without the decision that opens it."""


class UndecidedError(ConflictError):
    """Findings wait for a named officer, or were decided under other rules."""


class NotPermittedError(ConflictError):
    """The case is not in a state in which this act may be sent."""


class FrozenError(ConflictError):
    """A fork, an unknown critical name or a doubtful act freezes coercive steps until people decide."""


class ClockBehindError(ConflictError):
    """The clock runs behind the latest time this node has signed or stored at, so it does not sign."""
