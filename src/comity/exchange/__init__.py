"""Exchange: who a peer is, and sealed signed messages between two nodes, whatever they say."""
