"""What the process that reads a stranger's file may not do: take more memory or time, write, call anybody, or
keep those waiting who are served.

Limits are the kernel's on POSIX systems; on Linux a filter of system calls refuses sockets to everything in
the process and below it, libraries in C included. Elsewhere Python's own sockets are refused.
"""

import ctypes
import os
import platform
import sys
from dataclasses import dataclass
from typing import Any

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # refused with EPERM
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_FOREIGN_TABLE = 0x40000000  # numbers of the x32 interface, which would go around the filter
# Architecture as the kernel names it, and its numbers of socket, io_uring_setup, ptrace and
# process_vm_writev.
_CALLS = {
    "x86_64": (0xC000003E, (41, 425, 101, 311)),
    "aarch64": (0xC00000B7, (198, 425, 117, 271)),
}
# It gives way to the process that serves people; on an idle machine that costs it nothing.
_NICENESS = 5
_MOST_FILE_BYTES = 64_000_000
_MOST_FILES = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Address space in bytes and processor time in seconds, for the process and for each one below it."""

    memory_bytes: int
    cpu_seconds: int


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def confine(limits: Limits) -> None:
    """Confine this process, for good."""
    if sys.platform != "win32":
        _limit(limits)
        os.nice(_NICENESS)
    if sys.platform == "linux":
        _refuse_system_calls()
    sys.addaudithook(_refuse_sockets)


def _limit(limits: Limits) -> None:
    import resource  # noqa: PLC0415  Windows has none

    wanted = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: _MOST_FILE_BYTES,
        resource.RLIMIT_NOFILE: _MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform != "darwin":  # macOS refuses a limit of the address space below what it maps itself
        wanted[resource.RLIMIT_AS] = limits.memory_bytes
    for which, most in wanted.items():
        hard = resource.getrlimit(which)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (value, value))


def _refuse_system_calls() -> None:
    """Install the filter; a machine or kernel without such filters keeps the other limits."""
    if platform.machine() not in _CALLS:
        return
    architecture, numbers = _CALLS[platform.machine()]
    checks = [(_AT_LEAST, _FOREIGN_TABLE), *((_EQUALS, number) for number in numbers)]
    code: list[tuple[int, int, int, int]] = [(_LOAD, 0, 0, 4), (_EQUALS, 0, len(checks) + 2, architecture)]
    code.append((_LOAD, 0, 0, 0))
    code += [(test, len(checks) - place, 0, value) for place, (test, value) in enumerate(checks)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    instructions = (_Instruction * len(code))(*(_Instruction(*each) for each in code))
    program = _Program(len(code), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)


def _refuse_sockets(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}:
        raise PermissionError("a reader of files has no network")
