"""How the C library's allocator shares out memory among the threads of a process that serves.

Left alone it opens an arena for every thread, up to eight a core, and each keeps what its thread once needed.
Nearly all that a node allocates it allocates while it holds the interpreter: few arenas serve it as well.
"""

import ctypes

_M_ARENA_MAX = -8
ARENAS = 2
"""For all threads together; ADR 23 tells what the process takes with them."""


def share_arenas(most: int = ARENAS) -> bool:
    """Let all threads of this process share so many arenas; tell whether the C library knows how.

    To be called before threads are begun: what an arena holds stays there. It is ``M_ARENA_MAX`` of glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library, such as musl
        return False
    return bool(mallopt(_M_ARENA_MAX, most))
