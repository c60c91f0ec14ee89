"""Forward-only, numbered steps from the first schema on, each recorded in the table ``schema_step``.

All steps that are missing are done in one transaction: all of them or none. A store that knows steps this
software does not know is refused.
"""
