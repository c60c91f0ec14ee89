"""The grammar of patterns, asked with what its own library cannot bear."""

import pytest

from comity.engines.intake.patterns import require_grammar
from comity.kernel.errors import MalformedError

pytest.importorskip("stix2patterns")


def test_a_pattern_nested_without_end_is_refused_and_no_fault() -> None:
    require_grammar("[(domain-name:value = 'evil.example')]")
    deep = 2_000
    for pattern in (f"[{'(' * deep}domain-name:value = 'evil.example'{')' * deep}]", "[domain-name"):
        with pytest.raises(MalformedError) as caught:
            require_grammar(pattern)
        assert (caught.value.code, caught.value.where) == ("indicators.form", "pattern")
