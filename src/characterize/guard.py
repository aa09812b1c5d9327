"""Hold foreign code back while it runs in a copy of its tree, and remember what it tried.

Two fences: the kernel's (Linux: a network of its own, and Landlock for writes), where it lets us,
and Python's audit hook, which also says who tried what. Python 3.8 or newer, standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from types import FrameType
from typing import Any, NoReturn

NETWORK = {
    "socket.connect": 1,
    "socket.bind": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
PROGRAMS = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "os.startfile",
    "os.kill",
    "os.killpg",
    "pty.spawn",
}
# How many arguments of the event are paths that it changes.
PATHS = {
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.chflags": 1,
    "os.truncate": 1,
    "os.utime": 1,
    "os.setxattr": 1,
    "os.removexattr": 1,
    "os.mkfifo": 1,
    "os.mknod": 1,
    "sqlite3.connect": 1,
}
SECOND = {"os.link", "os.symlink"}  # what they make is named second
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
QUIET = ("/dev/null", "/dev/tty", "/dev/stdout", "/dev/stderr", os.devnull)


class Refused(PermissionError):
    """What the guard raises: code that handles a closed door handles this one."""


class Guard:
    """One for a process: a hook can't be taken away again."""

    def __init__(self, scratch: str, tree: str, real: str, left: list[str] | None = None) -> None:
        """Fence in everything below `scratch`; `tree` is the copy of `real`, without what is `left`."""
        self.scratch = os.path.realpath(scratch)
        self.tree = os.path.realpath(tree)
        self.temporary = os.path.join(self.scratch, "tmp")
        self.real = os.path.realpath(real)
        self.left = {one for one in left or [] if not one.endswith("/")}
        self.folders = tuple(one for one in left or [] if one.endswith("/"))
        self.notes: list[dict[str, str]] = []
        self.on = False
        self.kernel: list[str] = []

    def start(self) -> None:
        """Close the fences; from here on nothing opens them."""
        if own_network():
            self.kernel.append("network")
        if own_writes([self.scratch]):
            self.kernel.append("writes")
        self.on = True
        sys.addaudithook(self.hook)

    def who(self) -> str:
        """Name the innermost function of theirs that is at work."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            path = "" if name.startswith("<") else os.path.realpath(name)
            if path.startswith(self.tree + os.sep):
                name = frame.f_code.co_name
                place = "%s:%d" % (os.path.relpath(path, self.tree), frame.f_lineno)
                return place if name == "<module>" else "%s (%s)" % (name, place)
            frame = frame.f_back
        return "a library"

    def note(self, kind: str, what: str) -> None:
        """Remember it, once for each place."""
        self.on = False  # looking at frames and paths is not theirs
        try:
            self.notes.append({"kind": kind, "what": what, "where": self.who()})
        finally:
            self.on = True

    def refuse(self, what: str) -> NoReturn:
        """Remember it and stop it."""
        self.note("refused", what)
        raise Refused(1, "refused while its behaviour is recorded: " + what)

    def inside(self, path: Any) -> bool:
        """Say whether a path lies in the copy, wherever links lead."""
        if isinstance(path, int):
            return True
        name = os.fsdecode(path)
        if name in QUIET or name == ":memory:":
            return True
        whole = os.path.realpath(name)
        return whole == self.scratch or whole.startswith(self.scratch + os.sep)

    def changed(self, event: str, path: Any) -> None:
        """Refuse a change of a path outside; in the copy it is reported."""
        if path is None or isinstance(path, int):
            return
        name = os.fsdecode(path)
        if not self.inside(path):
            self.refuse("%s %s" % ("write" if event == "open" else event, name))
        whole = os.path.realpath(name)
        if name not in QUIET and name != ":memory:" and not whole.startswith(self.temporary + os.sep):
            self.note("wrote", os.path.relpath(whole, self.tree))

    def looked(self, path: Any) -> None:
        """Note a file that is read from the tree itself, and one that the copy lacks."""
        name = os.path.abspath(os.fsdecode(path))
        inside = self.inside(path)
        if (name + os.sep).startswith(self.real + os.sep) and not inside:
            self.note("read", name)
        elif inside and name.startswith(self.tree + os.sep):
            own = name[len(self.tree) + 1 :].replace(os.sep, "/")
            if own in self.left or own.startswith(self.folders):
                self.note("lacked", "read %s, which is not in the copy" % own)

    def opened(self, path: Any, mode: str | None, flags: int | None) -> None:
        """Look at a file that is opened: for writing or for reading."""
        if path is None or isinstance(path, int):
            return
        if (flags or 0) & WRITES or any(one in (mode or "") for one in "wax+"):
            self.changed("open", path)
        else:
            self.looked(path)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """Look at one event of Python's."""
        if not self.on:
            return
        if event in NETWORK:
            self.refuse("%s %s" % (event, short(args[NETWORK[event]] if len(args) > NETWORK[event] else "")))
        elif event in PROGRAMS:
            self.refuse("%s %s" % (event, short(args[0] if args else "")))
        elif event == "open":
            self.opened(*args)
        elif event in PATHS:
            for path in args[: PATHS[event]]:
                self.changed(event, path)
        elif event == "ctypes.dlopen":
            # The kernel may refuse what it does, and nobody would hear of that.
            self.note("compiled", str(args[0]))
        elif event in SECOND:
            self.changed(event, args[1])


def short(value: object) -> str:
    """Write a value as a message has it."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) < 120 else text[:117] + "..."


def own_network() -> bool:
    """Move into a network with nothing in it. Only Linux has one, and not everywhere for everybody."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x40000000) == 0:
            return True
        uid, gid = os.getuid(), os.getgid()
        if libc.unshare(0x40000000 | 0x10000000) != 0:
            return False
        maps = {"setgroups": "deny", "uid_map": "%d %d 1" % (uid, uid), "gid_map": "%d %d 1" % (gid, gid)}
        for name, line in maps.items():
            # Who they are is not known in there without; the network is closed all the same.
            with contextlib.suppress(OSError), open("/proc/self/" + name, "w") as file:
                file.write(line)
        return True
    except (OSError, AttributeError):
        return False


def own_writes(folders: list[str]) -> bool:
    """Let the kernel refuse every write outside (Landlock, Linux 5.13 and newer)."""
    if not sys.platform.startswith("linux") or os.uname().machine not in ("x86_64", "aarch64"):
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        handled = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        ruleset = libc.syscall(444, struct.pack("Q", handled), ctypes.c_size_t(8), 0)
        if ruleset < 0:
            return False
        for folder, rights in [(one, handled) for one in folders] + [("/dev", 1 << 1)]:
            place = os.open(folder, os.O_RDONLY)
            done = libc.syscall(445, ruleset, 1, struct.pack("=Qi", rights, place), 0)
            os.close(place)
            if done != 0:
                return False
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.syscall(446, ruleset, 0) != 0:
            return False
        os.close(ruleset)
        return True
    except (OSError, AttributeError):
        return False
