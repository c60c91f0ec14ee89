"""Local, native or dangerous work behind ports of the domain."""
