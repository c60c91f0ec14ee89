"""What the protection desk needs that is native or dangerous: decoding, PDQ, the search, sealing."""
