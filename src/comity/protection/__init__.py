"""Children and victims: fingerprints of known images, lists of them, and who may hold them."""
