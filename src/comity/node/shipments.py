"""What a carried folder took out or brought in, as officers see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentView:
    """One delivery in a carried folder; numbers of pieces of 1 MiB.

    Attributes:
        delivery: The act that announced it.
        outward: Whether it is ours.
        pieces: All of it.
        moved: Written into the folder now, or taken from it now.
        there: What needed no moving: it lay in the folder already (out), or was here already (in).
        over: What the receiver has, as last heard (out); what is here now (in).
        bad: Files that were not what the delivery names; the sender writes them anew.
        lacking: What is neither over there nor in the folder (out), or not here yet (in).
        done: Whether all of it is known to be with the receiver.
    """

    delivery: str
    outward: bool
    pieces: int
    moved: int
    there: int
    over: int
    bad: int
    lacking: int
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierView:
    """What a carried folder took out or brought in.

    Attributes:
        calls: Calls written, or received and answered.
        messages: Messages in them.
        answers: Answers to our own calls that were taken.
        deliveries: Deliveries written, or completed.
        shipments: What became of each delivery in the folder.
        failures: What could not be used and why; the rest was done.
    """

    calls: int
    messages: int
    answers: int = 0
    deliveries: int = 0
    shipments: tuple[ShipmentView, ...] = ()
    failures: tuple[str, ...] = ()


def unwatched(_shipment: ShipmentView) -> None:
    """Tell nobody."""
