"""The words that entries use for powers, signatures and channels."""

from enum import StrEnum


class Power(StrEnum):
    """What a mandate lets an office do: stand behind a request, send it, or sign for whoever sends it."""

    ISSUE = "issue"
    TRANSMIT = "transmit"
    SIGN = "sign"


class SignatureAsked(StrEnum):
    """Which signature a request needs: the node's is enough, a qualified electronic one, or one on paper."""

    NODE = "node"
    QUALIFIED = "qualified"
    PAPER = "paper"


class ChannelTaken(StrEnum):
    """By which channel a request may come."""

    NODE = "node"
    COURIER = "courier"
    PORTAL = "portal"
    INTERPOL = "interpol"
    MAIL = "mail"
    POST = "post"
    DIPLOMATIC = "diplomatic"
    VOICE = "voice"
