"""``python -m benchmarks [NAME]…``: run the measurements, all of them or those that are named."""

import importlib
import sys

NAMES = (
    "start",
    "letter",
    "seal",
    "tree",
    "transfer",
    "ledger",
    "exchange",
    "fold",
    "duty",
    "law",
    "tracing",
    "beyond",
    "match",
    "safe",
    "taxii",
    "intake",
    "feeds",
)


def main(names: list[str]) -> int:
    """Run the named measurements and return 0 when every bound holds."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no measurement is called {unknown[0]}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or NAMES:
        failed |= importlib.import_module(f"benchmarks.{name}").main([])
        print()
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
