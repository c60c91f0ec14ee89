"""Words that every package shares; knows no treaty."""
