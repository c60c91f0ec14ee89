"""Check digits of numbers that people write down, by the library that keeps them."""


class StandardDigits:
    """Fulfils ``CheckDigits``; nothing is loaded before it is needed."""

    def damm(self, digits: str) -> str:
        """Return the check digit of H. M. Damm; of digits that end in theirs it is 0."""
        from stdnum import damm

        return damm.calc_check_digit(digits)
