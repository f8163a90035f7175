"""One program that runs beside ours: bytes in, lines out, and an end that leaves nothing of it behind.

All input and output is moved by `wait`, and none of it waits for the program: a text that is longer than a pipe holds,
and a program that writes before it has read, stop nobody.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

from harness.data.jsonl import one_line

GRACE: Final = 5.0
"""Seconds that a program has to end by itself when its input has ended, before it is terminated."""

LONGEST: Final = 100_000_000
"""Bytes of one line; a program that writes more is stopped."""

_TERMINATING: Final = 2.0
"""Seconds between the request to end and the end by force."""

_TICK: Final = 0.05
"""Seconds after which an end is noticed that no pipe shows: children of the program may keep its pipes open."""

_CHUNK: Final = 1 << 16
_CHUNKS: Final = 64
"""Chunks that are read at once, more than a pipe holds: who writes without end does not keep us from looking up."""

_TAIL: Final = 4096


class Process:
    """A program in a session of its own, so that whatever it starts can be ended with it.

    `errors` is given what it writes on standard error.
    """

    def __init__(
        self, words: Sequence[str], cwd: Path | None, environment: Mapping[str, str], errors: Callable[[bytes], None]
    ) -> None:
        unread, into = os.pipe()
        self._in = os.fdopen(into, "wb", buffering=0)
        # The end that the program reads from, kept here too: it tells how much the program has left unread.
        self._unread = os.fdopen(unread, "rb", buffering=0)
        try:
            self._popen = subprocess.Popen(  # noqa: S603 -- the user's own program
                words,
                stdin=self._unread,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=cwd,
                env=dict(environment),
                start_new_session=True,
            )
        except BaseException:
            self._in.close()
            self._unread.close()
            raise
        self._out = cast("IO[bytes]", self._popen.stdout)
        self._err = cast("IO[bytes]", self._popen.stderr)
        self.lines: deque[bytes] = deque()
        """What it has written, without the ends of lines."""
        self.answered = 0
        """Documents that it has answered, for its owner to count."""
        self.stopped = False
        """Whether it was ended by force."""
        for stream in (self._in, self._out, self._err):
            os.set_blocking(stream.fileno(), False)
        self._errors = errors
        self._outbox = memoryview(b"")
        self._written = 0
        self._has_read = False
        self._closing = False
        self._partial = bytearray()
        self._tail = b""
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will come: it has closed its output, or has ended."""
        return self._ended

    @property
    def overlong(self) -> bool:
        """Whether it is writing a line that is longer than `LONGEST`."""
        return len(self._partial) > LONGEST

    @property
    def has_read(self) -> bool:
        """Whether it has read any of what was last sent."""
        if not self._unread.closed:
            left = bytearray(4)
            fcntl.ioctl(self._unread, termios.FIONREAD, left)
            self._has_read = self._written > struct.unpack("i", left)[0]
        return self._has_read

    @property
    def ending(self) -> str:
        """How it ended, with the last line of its standard error."""
        status = self._popen.returncode
        if status is None:
            told = "closed its output"
        elif status < 0:
            told = f"was killed by {signal.Signals(-status).name}"
        else:
            told = f"ended with exit status {status}"
        return told + self.complaint

    @property
    def complaint(self) -> str:
        """The last line of its standard error behind a colon; empty where there is none."""
        said = [line for line in re.split(r"[\r\n]+", self._tail.decode("utf-8", "replace")) if line.strip()]
        return f": {one_line(said[-1].strip(), 200)}" if said else ""

    @property
    def status(self) -> int | None:
        """Its exit status, or the signal that ended it as a negative number; None while it runs."""
        return self._popen.returncode

    def send(self, data: bytes) -> None:
        """Have `data` written as soon as it is read."""
        self._outbox, self._written = memoryview(data), 0
        self._write()

    def end_input(self) -> None:
        """Close its input, behind what is still to be written."""
        self._closing = True
        if not self._outbox:
            self._in.close()

    def exited(self) -> bool:
        """Whether it has ended. It is not reaped by this: its number, and that of its group, stay its own."""
        if self._popen.returncode is not None:
            return True
        return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to whatever it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)

    def stop(self, patience: float = 0.0) -> None:
        """End it with all that it has started, by force if it has not ended in `patience` seconds; read its last words.

        A last line without an end stands among `lines`, unless it was cut by a crash.
        """
        if self._popen.returncode is not None:
            return
        until = time.monotonic() + patience
        while not self.exited() and time.monotonic() < until:
            wait([self], _TICK)
        self.stopped = not self.exited()
        self.signal(signal.SIGKILL)
        # A process that the kernel itself holds up ends when it can.
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(GRACE)
        self._read_out()
        self._read_errors()
        if self._partial and (self.status == 0 or self._partial.rstrip().endswith(b"}")):
            self.lines.append(bytes(self._partial))
        self._partial.clear()
        self._outbox, self._has_read = memoryview(b""), self.has_read
        for stream in (self._in, self._unread, self._out, self._err):
            stream.close()

    def _write(self) -> None:
        try:
            while self._outbox:
                count = os.write(self._in.fileno(), self._outbox[:_CHUNK])
                self._outbox = self._outbox[count:]
                self._written += count
        except BlockingIOError:
            return
        if self._closing:
            self._in.close()

    def _read_out(self) -> None:
        for _ in range(_CHUNKS):
            data = None if self._out.closed or self.overlong else self._out.read(_CHUNK)
            if data is None:
                return
            if not data:
                self._ended = True
                self._out.close()
                return
            first, *rest = data.split(b"\n")
            self._partial += first
            for piece in rest:
                self.lines.append(bytes(self._partial))
                self._partial = bytearray(piece)

    def _read_errors(self) -> None:
        for _ in range(_CHUNKS):
            data = None if self._err.closed else self._err.read(_CHUNK)
            if data is None:
                return
            if not data:
                self._err.close()
                return
            self._tail = (self._tail + data)[-_TAIL:]
            self._errors(data)


def wait(processes: Sequence[Process], seconds: float) -> None:
    """Move what can be moved between `processes` and us, when something can be, or after `seconds` at most."""
    poll = select.poll()
    moves: dict[int, Callable[[], None]] = {}
    for process in processes:
        wanted = (
            (process._in, select.POLLOUT, process._write, bool(process._outbox)),
            (process._out, select.POLLIN, process._read_out, not process.overlong),
            (process._err, select.POLLIN, process._read_errors, True),
        )
        for stream, event, move, open_ in wanted:
            if open_ and not stream.closed:
                poll.register(stream, event)
                moves[stream.fileno()] = move
    for descriptor, _ in poll.poll(max(min(seconds, _TICK), 0) * 1000):
        moves[descriptor]()
    for process in processes:
        if not process.ended and process.exited():
            process._read_out()
            process._ended = True


def end(processes: list[Process], grace: float = GRACE) -> None:
    """End `processes` and forget them: their input is closed, then they are asked to end, then they are made to."""
    ending = list(processes)
    processes.clear()
    for process in ending:
        process._outbox = memoryview(b"")
        process.end_input()
    for asked, seconds in ((False, grace), (True, _TERMINATING)):
        until = time.monotonic() + seconds
        running = [process for process in ending if not process.exited()]
        if asked:
            for process in running:
                process.signal(signal.SIGTERM)
        while running and time.monotonic() < until:
            wait(running, _TICK)
            running = [process for process in running if not process.exited()]
    for process in ending:
        process.stop()
