"""The library of laws: a file of its own beside a node's store, for published texts and nothing else."""
