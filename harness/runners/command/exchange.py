"""Documents to programs and answers back: who is asked what, what an answer is, and what a fault costs.

Documents that are on their way to one program together are a group. An answer is known by the id of its document. When
a program ends or is too slow, a document that was alone with it has failed; of several nobody knows which it was, so
that they are asked again: one by one, or, where a program reads all its input before it answers, in halves.
"""

import json
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from harness.data.codec import prediction_of
from harness.data.jsonl import FieldError, one_line, parse_json, shown
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.command.process import GRACE, LONGEST, Process, end, wait

STARTS: Final = 3
"""How often in a row a program may end before it has read anything, until it is one that cannot be started."""

_BOM: Final = b"\xef\xbb\xbf"

_ENDS_OF_LINES: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What JSON need not escape, and readers of lines in Java, JavaScript and Python take for the end of one."""


@dataclass(frozen=True)
class Limits:
    """How a program is asked, and how long it is waited for; fields of `Command`, which says what they mean."""

    whole: bool
    processes: int
    ahead: int
    timeout: float
    start_timeout: float
    restarts: int | None


class _Question(NamedTuple):
    place: int
    document: Document
    line: bytes


_Group = list[_Question]


@dataclass
class _Slot:
    """The place of one program, and what it was asked and has not answered."""

    process: Process | None = None
    waiting: dict[str, _Question] = field(default_factory=dict)
    since: float = 0.0
    """When it was asked, or gave its last answer."""
    patience: float = 0.0
    until: float = 0.0
    """When it has been waited for long enough, for `patience` seconds."""
    fault: str | None = None
    """A line that is no answer to anything, where several documents were waiting for theirs."""


class Exchange:
    """Programs that `start` starts, kept from one call to the next; `where` names the command in messages."""

    def __init__(self, start: Callable[[], Process], limits: Limits, where: str, note: Callable[[str], None]) -> None:
        self.counts = dict.fromkeys(("restarts", "timeouts", "crashes", "bad_lines"), 0)
        self.first_bad: str | None = None
        """The first line that could not be used."""
        self.given_up: str | None = None
        """Why no program is started any more."""
        self._start = start
        self._limits = limits
        self._where = where
        self._note = note
        self._slots = [_Slot() for _ in range(limits.processes)]
        self._running: list[Process] = []
        self._owed = 0
        self._unread = 0
        self._fruitless = 0
        self._has_answered = False
        self._settled: dict[int, Prediction] = {}
        self._done: set[str] = set()
        self._asking = False
        # At the end of Python too: no program outlives the object that asks it.
        weakref.finalize(self, end, self._running)

    def answers(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order.

        Raises:
            InputError: the program cannot be started, has never answered, or keeps its answers back; or answers to
                other documents are still awaited.
        """
        if self._asking:
            raise InputError(f"{self._where}: found two calls at a time, wanted one after another")
        self._asking = True
        self._settled, self._done = {}, set()
        place = 0
        try:
            groups = deque(self._groups(documents))
            while place < len(documents):
                self._ask(groups)
                if place not in self._settled:
                    self._listen(groups)
                paused = time.monotonic()
                while place in self._settled:
                    yield self._settled.pop(place)
                    place += 1
                self._forgive(time.monotonic() - paused)
        except BaseException:
            # An answer that nobody waits for any more would be taken for one of the next documents'.
            self._abandon()
            raise
        finally:
            self._asking = False

    def close(self) -> None:
        """End the programs as they wish to be ended."""
        processes = list(self._running)
        end(self._running)
        for process in processes:
            self._count_leftovers(process)
            if process.status and not process.stopped:
                self.counts["crashes"] += 1
                self._note(f"the program {process.ending}")
        self._slots = [_Slot() for _ in self._slots]

    def _abandon(self) -> None:
        for process in self._running:
            process.stop()
        self._running.clear()
        self._slots = [_Slot() for _ in self._slots]

    def _groups(self, documents: Sequence[Document]) -> Iterable[_Group]:
        """The documents as they are sent, those that JSON cannot hold as failures."""
        questions: _Group = []
        seen: set[str] = set()
        for place, document in enumerate(documents):
            if document.id in seen:
                raise InputError(f"{self._where}: found two documents {shown(document.id)}, wanted each document once")
            seen.add(document.id)
            try:
                questions.append(_Question(place, document, _line(document)))
            except (TypeError, ValueError, RecursionError) as error:
                wanted = "wanted a document that JSON can hold"
                self._settle_failure(place, document, f"found {one_line(str(error), 200)}, {wanted}", 0.0)
        size = -(-len(questions) // self._limits.processes) if self._limits.whole else self._limits.ahead
        return [questions[first : first + size] for first in range(0, len(questions), max(size, 1))]

    def _ask(self, groups: deque[_Group]) -> None:
        """Give every program that waits for work a group."""
        if self.given_up is not None:
            while groups:
                for question in groups.popleft():
                    self._settle_failure(question.place, question.document, f"not asked: {self.given_up}", None)
        for slot in self._slots:
            if slot.waiting or not groups:
                continue
            process = self._process(slot)
            group = groups.popleft()
            slot.waiting = {question.document.id: question for question in group}
            slot.since = time.monotonic()
            slot.patience = self._patience(process, len(group))
            slot.until = slot.since + slot.patience
            process.send(b"".join(question.line for question in group))
            if self._limits.whole:
                process.end_input()

    def _process(self, slot: _Slot) -> Process:
        """The program of a slot, started if there is none, or if it has ended since its last answer."""
        if slot.process is not None:
            wait([slot.process], 0)
            self._count_leftovers(slot.process)
            if not slot.process.ended:
                return slot.process
            self._remove(slot)
        process = self._start()
        self._running.append(process)
        slot.process = process
        if self._owed:
            self._owed -= 1
            self.counts["restarts"] += 1
        return process

    def _patience(self, process: Process, documents: int) -> float:
        if self._limits.whole:
            return self._limits.start_timeout + self._limits.timeout * documents
        return self._limits.timeout + (0.0 if process.answered else self._limits.start_timeout)

    def _listen(self, groups: deque[_Group]) -> None:
        """Wait for what happens next, and take it in."""
        busy = [(slot, slot.process) for slot in self._slots if slot.process is not None and slot.waiting]
        wait([process for _, process in busy], min(slot.until for slot, _ in busy) - time.monotonic())
        for slot, process in busy:
            if process.ended:
                process.stop(1.0)
            while slot.waiting and slot.fault is None and process.lines:
                self._read(slot, process, process.lines.popleft())
            if not slot.waiting:
                if self._limits.whole:
                    began = time.monotonic()
                    self._finish(slot, process)
                    self._forgive(time.monotonic() - began)
            elif slot.fault is not None:
                self._lose(slot, groups, slot.fault)
            elif process.overlong:
                self._bad(b"")
                self._lose(slot, groups, f"malformed: found a line of more than {LONGEST} bytes, wanted an answer")
            elif process.ended:
                self._miss(slot, process, groups)
            elif time.monotonic() > slot.until:
                self._time_out(slot, process, groups)

    def _read(self, slot: _Slot, process: Process, raw: bytes) -> None:
        """Take in one line of output."""
        line = raw.removeprefix(_BOM).strip(b" \t\r")
        if not line:
            return
        try:
            record = parse_json(line)
            if not isinstance(record, dict):
                raise ValueError(shown(record))
        except ValueError as error:
            self._bad(line)
            # What does not begin like an answer is what programs tell their users; it costs nothing but the remark.
            if line.startswith(b"{"):
                self._blame(slot, f"malformed: found {one_line(str(error))}, wanted one JSON object in UTF-8")
            return
        doc_id = record.get("id")
        question = slot.waiting.get(doc_id) if isinstance(doc_id, str) else None
        if question is None:
            self._bad(line)
            if doc_id not in self._done:
                wanted = " or ".join(shown(name) for name in [*slot.waiting][:3])
                self._blame(slot, f"malformed: id: found {shown(doc_id)}, wanted {wanted}")
            return
        now = time.monotonic()
        seconds, slot.since = now - slot.since, now
        process.answered += 1
        self._has_answered, self._unread, self._fruitless = True, 0, 0
        if not self._limits.whole:
            slot.patience, slot.until = self._limits.timeout, now + self._limits.timeout
        try:
            answered = prediction_of(record, question.document)
        except FieldError as error:
            self._bad(line)
            self._fail(slot, question, f"malformed: {error}", seconds)
            return
        del slot.waiting[question.document.id]
        given = answered.seconds
        annotation = answered.annotation if answered.error is None else Annotation()
        self._settle(
            question.place,
            Prediction(question.document.id, annotation, seconds if given is None else given, answered.error),
        )

    def _blame(self, slot: _Slot, why: str) -> None:
        """Have the document that is alone with its program pay for a line, or the program, where there are several."""
        if len(slot.waiting) == 1 and not self._limits.whole:
            (question,) = slot.waiting.values()
            self._fail(slot, question, why, time.monotonic() - slot.since)
        elif not self._limits.whole:
            slot.fault = why

    def _miss(self, slot: _Slot, process: Process, groups: deque[_Group]) -> None:
        """A program has ended, and some of what it was asked is not answered."""
        if not process.has_read and process.answered:
            # It answers some documents and ends; the next were in its pipe already.
            groups.appendleft([*slot.waiting.values()])
            slot.waiting = {}
            self._remove(slot)
        elif not process.has_read:
            groups.appendleft([*slot.waiting.values()])
            slot.waiting = {}
            self._remove(slot)
            self._unread += 1
            if self._unread >= STARTS:
                self._give_up(f"the program {process.ending}", f"before it read anything, {STARTS} times")
        elif self._limits.whole and process.status == 0:
            for question in [*slot.waiting.values()]:
                self._fail(slot, question, f"no answer among those of the program, which {process.ending}", None)
            self._finish(slot, process)
        else:
            self.counts["crashes"] += 1
            self._lose(slot, groups, f"the program {process.ending}")

    def _time_out(self, slot: _Slot, process: Process, groups: deque[_Group]) -> None:
        if not self._has_answered and not self._limits.whole and self._holds_back(process):
            found = f"found no answer in {slot.patience:g} s, and one when the input had ended"
            ways = "runner.mode=batch, or a longer runner.start_timeout"
            raise InputError(f"{self._where}: {found}, wanted one as soon as a line is read, flushed; or {ways}")
        self.counts["timeouts"] += 1
        process.stop()
        hint = "" if self._has_answered else "; has it flushed its line? else it wants runner.mode=batch"
        self._lose(slot, groups, f"no answer within {slot.patience:g} s{hint}{process.complaint}")

    def _holds_back(self, process: Process) -> bool:
        """Whether a program that has said nothing answers as soon as its input ends.

        Its output is kept in a buffer, as all languages do that write into a pipe, or its input, as mawk does.
        """
        process.end_input()
        until = time.monotonic() + GRACE
        while not process.ended and not process.lines and time.monotonic() < until:
            wait([process], until - time.monotonic())
        return any(line.lstrip().startswith(b"{") for line in process.lines)

    def _lose(self, slot: _Slot, groups: deque[_Group], why: str) -> None:
        """End a program that is of no use any more; what it was asked is asked again, or has failed."""
        began, process = time.monotonic(), slot.process
        left, again = [*slot.waiting.values()], 1
        if process is not None:
            process.stop()
        if len(left) == 1:
            self._fail(slot, left[0], why, began - slot.since)
            again -= self._limits.whole
        else:
            size = (len(left) + 1) // 2 if self._limits.whole else 1
            groups.extendleft([left[first : first + size] for first in range(0, len(left), size)][::-1])
            again += self._limits.whole
        self._note(f"{', '.join(question.document.id for question in left[:3])}: {why}")
        slot.waiting, slot.fault = {}, None
        self._remove(slot, again)
        self._fruitless += 1
        if self._limits.restarts is not None and self._fruitless > self._limits.restarts:
            self._give_up(why, f"{self._fruitless} times without an answer between")
        self._forgive(time.monotonic() - began)

    def _give_up(self, why: str, how_often: str) -> None:
        self.given_up = f"{why} ({how_often})"
        if not self._has_answered:
            wanted = "wanted a program that reads documents and answers them"
            raise InputError(f"{self._where}: found that {self.given_up}, {wanted}")

    def _remove(self, slot: _Slot, again: int = 1) -> None:
        """Forget the program of a slot, which has ended; the next ones are so many restarts."""
        if slot.process is not None:
            slot.process.stop(1.0)
            self._running.remove(slot.process)
        slot.process = None
        self._owed += again

    def _finish(self, slot: _Slot, process: Process) -> None:
        """End a program that was asked everything that it is for."""
        self._running.remove(process)
        end([process])
        self._count_leftovers(process)
        if process.status and not process.stopped:
            self.counts["crashes"] += 1
            self._note(f"the program {process.ending}")
        slot.process = None

    def _count_leftovers(self, process: Process) -> None:
        """Lines that nobody waits for."""
        while process.lines:
            line = process.lines.popleft().strip()
            if line:
                self._bad(line)

    def _bad(self, line: bytes) -> None:
        self.counts["bad_lines"] += 1
        if self.first_bad is None:
            self.first_bad = one_line(line[:400].decode("utf-8", "replace"))

    def _fail(self, slot: _Slot, question: _Question, why: str, seconds: float | None) -> None:
        del slot.waiting[question.document.id]
        self._settle_failure(question.place, question.document, why, seconds)

    def _settle_failure(self, place: int, document: Document, why: str, seconds: float | None) -> None:
        self._settle(place, Prediction(document.id, Annotation(), seconds, why))

    def _settle(self, place: int, prediction: Prediction) -> None:
        self._settled[place] = prediction
        self._done.add(prediction.doc_id)

    def _forgive(self, seconds: float) -> None:
        """Leave out of account what passed while nobody listened."""
        for slot in self._slots:
            slot.since += seconds
            slot.until += seconds


def _line(document: Document) -> bytes:
    """A document as a program gets it."""
    record: Mapping[str, object] = {"id": document.id, "text": document.text, "meta": dict(document.meta)}
    written = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return written.translate(_ENDS_OF_LINES).encode("utf-8") + b"\n"
