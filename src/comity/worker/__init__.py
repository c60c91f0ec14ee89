"""The work that a node does by itself: sending what is due, pieces, jobs, pruning."""
