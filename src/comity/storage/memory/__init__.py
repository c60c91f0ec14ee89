"""Memory adapters of every port; they ship, and the contract suites run on them first."""
