"""The Convention as data: articles and paragraphs, instruments, Parties and packs.

Nothing here judges a case; it answers what the treaty says, how sure we are that it says so, and
what is agreed between two Parties.
"""
