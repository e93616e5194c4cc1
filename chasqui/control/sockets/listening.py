"""A listening socket at its place, and the lock that keeps this place while the host lives.

What makes it safe, in this order: the folder is checked; the lock is taken; only with the lock is
a stale socket removed, and only one that is ours and refuses connections. Anything else at the
place stays untouched and is named. The socket is bound with mode 0600 from birth and listens only
when its final mode is set, so no other user can connect at any moment. At the end its path is
removed while it is still ours, and then the lock is freed.

The umask stays as it is: it belongs to the whole process, and other threads of the program may be
making files. On Linux a path gets the mode that its socket had before. On other systems it has the
mode of the umask until the next line, but does not listen yet.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import threading
from pathlib import Path
from typing import Final, Self

from chasqui.control.sockets import forked
from chasqui.control.sockets.folder import check_shared, prepared
from chasqui.control.sockets.locking import FileLock, pid_in
from chasqui.control.sockets.peers import peer_of
from chasqui.control.sockets.place import check_length, lock_of, name_in
from chasqui.control.sockets.users import called, group_called, us
from chasqui.errors import AlreadyHosted, SocketUnusable

BACKLOG: Final = 128
"""Connections that may wait to be accepted."""


class Listener:
    """Listens at a path, which is this host's alone until `close`.

    ``socket`` does not block. In a forked child it is closed, and nothing of the parent's changes.

    Args:
        path: where; see `chasqui.control.sockets.place.socket_of`.
        group: the number of a group whose members may connect as well. Then the folder must exist,
            and they must be able to reach it.

    Raises:
        AlreadyHosted: another process hosts this engine.
        SocketUnusable: the folder is not safe, or something else is at the path.
    """

    def __init__(self, path: Path, *, group: int | None = None) -> None:
        check_length(path)
        self.path = path
        self._group = group
        self._process = os.getpid()
        self._changing = threading.Lock()
        self._is_closed = False
        self._lock = self._locked()
        try:
            remove_stale(path)
            self.socket, self._made = _bound(path, group)
        except BaseException:
            self._lock.release()
            raise
        forked.watch(self)

    def _locked(self) -> FileLock:
        if self._group is None:
            prepared(self.path.parent)
        else:
            check_shared(self.path.parent)
        lock = FileLock.take(lock_of(self.path))
        if lock is None:
            raise _taken(self.path, pid_in(lock_of(self.path)))
        return lock

    def restore(self) -> bool:
        """Listen at the path again if it was removed; True if ``socket`` is another one now.

        When a user logs out for good, the system removes the user's runtime folder with all that
        is in it, and a host that stays could not be found again. Connections are kept.

        Raises:
            AlreadyHosted: another host has taken the place.
            SocketUnusable: the folder cannot be made, or something else is at the path.
        """
        with self._changing:  # `close` may come from another thread
            return not self._is_closed and self._restored()

    def _restored(self) -> bool:
        if self.is_in_place:
            return False
        if not self._lock.is_in_place:
            lock = self._locked()
            self._lock.release()
            self._lock = lock
        if self._is_ours():
            return False
        remove_stale(self.path)
        old = self.socket
        self.socket, self._made = _bound(self.path, self._group)
        old.close()
        return True

    def fileno(self) -> int:
        """Return the descriptor to select on; -1 after the end."""
        return self.socket.fileno()

    @property
    def is_in_place(self) -> bool:
        """Tell whether a console that looks for this host finds this socket and its lock."""
        return self._is_ours() and self._lock.is_in_place

    def close(self) -> None:
        """Stop listening for good, remove the path if it is still ours, and free the lock."""
        with self._changing:
            self._is_closed = True
            if os.getpid() == self._process and self._is_ours():
                self.path.unlink(missing_ok=True)
            self.socket.close()
            self._lock.release()

    def forked(self) -> None:
        """Close the child's copy; its lock does the same."""
        self._changing = threading.Lock()  # the parent's may be held by a thread that is not here
        self.socket.close()

    def _is_ours(self) -> bool:
        """Tell whether the path leads to the socket that was made here.

        While the socket is open its number is not given to another file.
        """
        if self.socket.fileno() < 0:
            return False
        try:
            return os.path.samestat(self._made, self.path.lstat())
        except OSError:
            return False  # gone, or its folder is

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(path: Path, group: int | None) -> tuple[socket.socket, os.stat_result]:
    """Return a socket that listens at a path, and what the system says of the path."""
    made = None
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.setblocking(False)
        with contextlib.suppress(OSError):  # only Linux has it for sockets; see above
            os.fchmod(bound.fileno(), 0o600)
        bound.bind(os.fspath(path))
        made = path.lstat()
        if group is not None:
            _give(path, group)
        path.chmod(0o600 if group is None else 0o660)
        bound.listen(BACKLOG)
    except BaseException as error:
        bound.close()
        if made is not None:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, SocketUnusable):
            raise SocketUnusable(path, f"no socket can be made here ({error.strerror})") from None
        raise
    return bound, made


def _give(path: Path, group: int) -> None:
    try:
        os.chown(path, -1, group, follow_symlinks=False)
    except PermissionError:
        raise SocketUnusable(
            path,
            f"this socket cannot be given to {group_called(group)}; that can be done by root and by"
            " members of the group",
        ) from None


def _taken(path: Path, pid: int | None) -> AlreadyHosted | SocketUnusable:
    name = name_in(path)
    if name is not None:
        return AlreadyHosted(name, pid)
    process = "another process" if pid is None else f"process {pid}"
    return SocketUnusable(path, f"{process} listens here already")


def remove_stale(path: Path) -> None:
    """Remove the socket of a host that died; to be called with the lock of the path.

    Raises:
        AlreadyHosted: a process answers there.
        SocketUnusable: something else is there; it stays.
    """
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(facts.st_mode):
        raise SocketUnusable(
            path, "the socket of a host belongs here, and this is another kind of file; move it"
        )
    if facts.st_uid != us():
        raise SocketUnusable(
            path,
            f"this socket belongs to {called(facts.st_uid)}; it has to go before a host starts",
        )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        reason = probe.connect_ex(os.fspath(path))
        if reason == errno.ECONNREFUSED:
            path.unlink(missing_ok=True)
        elif reason == 0:
            raise _taken(path, peer_of(probe).pid or None)
        elif reason == errno.EAGAIN:  # its accept queue is full
            raise _taken(path, None)
        elif reason != errno.ENOENT:
            raise SocketUnusable(path, f"cannot tell whose this socket is ({os.strerror(reason)})")
