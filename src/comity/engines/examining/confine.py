"""Takes away from the worker what it does not need: network, writing, other processes, other people's files.

Each layer is asked of the kernel by itself, and what the kernel granted is told. The first two are always
there; a kernel that lacks one of the others leaves the rest standing.

    limits      processor time, address space, open files, size of files, no core
    privileges  none is gained any more (no_new_privs), nobody looks in (not dumpable)
    network     a network of its own, with nothing in it
    files       Landlock: reading below the named folders, writing nowhere
    calls       a filter of system calls: no socket, no program, no process, no opening for writing
"""

import ctypes
import os
import platform
import resource
import struct
from collections.abc import Sequence
from typing import NamedTuple

_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_SET_DUMPABLE, _SET_SECCOMP, _NO_NEW_PRIVS, _FILTER = 4, 22, 38, 2
_LANDLOCK_CREATE, _LANDLOCK_RULE, _LANDLOCK_SELF = 444, 445, 446
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_HANDLED = (1 << 13) - 1
"""All rights of the first version of Landlock; later ones add some, and none of them is needed here."""
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Machine(NamedTuple):
    audit: int
    openat: int
    open: int
    without: tuple[int, ...]


_NEWER = (425, 426, 427, 428, 429, 430, 431, 432, 434, 435, 437, 438, 439, 442)
"""Calls with one number everywhere: io_uring, mount, pidfd, clone3, openat2, …"""
_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        openat=257,
        open=2,
        without=(
            *(41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 288, 299, 307),  # sockets
            *(56, 57, 58, 59, 322, 62, 200, 234, 129, 297),  # clone, fork, vfork, exec, signals to others
            *(76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 235),  # truncate … utimes
            *(258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 285, 316),  # the same at a folder
            *(101, 310, 311, 312, 155, 161, 165, 166, 169, 175, 176, 246, 248, 249, 250, 272, 308),
            *(298, 303, 304, 313, 320, 321, 323),  # perf, handles, modules, kexec, bpf, userfaultfd
        ),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        openat=56,
        open=-1,
        without=(
            *range(198, 213),
            *(242, 243, 269),
            *(220, 221, 281, 129, 130, 131, 138, 240),
            *(33, 34, 35, 36, 37, 38, 45, 47, 52, 53, 54, 55, 88, 276),
            *(117, 270, 271, 272, 39, 40, 41, 51, 97, 105, 106, 142, 217, 218, 219, 268),
            *(241, 264, 265, 273, 280, 282, 294),
        ),
    ),
}


def confine(*, folders: Sequence[str], memory: int, written: int) -> tuple[str, ...]:
    """Confine this process for good and return the names of the layers that hold.

    Args:
        folders: What may still be read, with everything below.
        memory: Most bytes of address space.
        written: Most bytes of one file, among those that are open already.

    Basis: ISO/IEC 27037
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, 128),
    ):
        resource.setrlimit(kind, (most, most))
    libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs is refused")
    held = ["limits", "privileges"]
    if libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) == 0:
        held.append("network")
    if _landlock(libc, folders):
        held.append("files")
    if _filter(libc):
        held.append("calls")
    return tuple(held)


def _landlock(libc: ctypes.CDLL, folders: Sequence[str]) -> bool:
    """Let nothing be opened but for reading below these folders; return whether the kernel does that."""
    attributes = ctypes.create_string_buffer(struct.pack("<Q", _HANDLED), 8)
    rules = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    try:
        for folder in folders:
            try:
                handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            below = struct.pack("<Qi", _READ_FILE | _READ_DIR | _EXECUTE, handle)
            libc.syscall(_LANDLOCK_RULE, rules, 1, ctypes.create_string_buffer(below, 12), 0)
            os.close(handle)
        return bool(libc.syscall(_LANDLOCK_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _filter(libc: ctypes.CDLL) -> bool:
    """Refuse the calls that the table names; return whether the kernel does that."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _program(machine)
    code = ctypes.create_string_buffer(b"".join(program), 8 * len(program))
    holder = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(code)))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(holder)), 0, 0) == 0)


def _program(machine: _Machine) -> list[bytes]:
    """Return the filter: architecture, flags of an opening, then one comparison for each refused call."""
    load, equal, bits, answer = 0x20, 0x15, 0x45, 0x06
    steps = [
        _step(load, 0, 0, 4),
        _step(equal, 1, 0, machine.audit),
        _step(answer, 0, 0, _KILL),
        _step(load, 0, 0, 0),
        _step(0x35, 0, 1, 0x40000000),  # numbers of another calling convention
        _step(answer, 0, 0, _KILL),
    ]
    for number, flags_at in ((machine.openat, 32), (machine.open, 24)):
        if number < 0:
            continue
        steps += [
            _step(equal, 0, 4, number),
            _step(load, 0, 0, flags_at),
            _step(bits, 0, 1, _WRITING),
            _step(answer, 0, 0, _EPERM),
            _step(answer, 0, 0, _ALLOW),
        ]
    for number in (435, 437):  # the C library falls back from what is not there
        steps += [_step(equal, 0, 1, number), _step(answer, 0, 0, _ENOSYS)]
    for number in (*machine.without, *_NEWER):
        steps += [_step(equal, 0, 1, number), _step(answer, 0, 0, _EPERM)]
    return [*steps, _step(answer, 0, 0, _ALLOW)]


def _step(code: int, met: int, unmet: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, met, unmet, value)
