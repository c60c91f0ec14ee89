"""The command line: a face without rules. It parses, calls one desk, and prints what came back."""
