"""Threads that answer what is put to them, in the order in which it was put."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from harness.data.types import InputError

T = TypeVar("T")


class Workers(Generic[T]):
    """A few threads that end with the program, whatever they wait for.

    Those of `concurrent.futures` are waited for when Python exits: a person who has interrupted the program would sit
    through the time-outs of all requests that are under way.
    """

    def __init__(self, threads: int) -> None:
        self._threads, self._started = threads, 0
        self._tasks: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._open: set[Future[T]] = set()
        self._lock = Lock()

    def submit(self, task: Callable[[], T]) -> Future[T]:
        """What `task` will come to.

        Where a task raises `InputError` all others that are not done raise it too: nothing of them can succeed.
        """
        future: Future[T] = Future()
        with self._lock:
            self._open.add(future)
        self._tasks.put((future, task))
        if self._started < self._threads:
            self._started += 1
            Thread(target=self._work, name=f"llm-{self._started}", daemon=True).start()
        return future

    def close(self) -> None:
        """Let the threads end when they have done what they are at; tasks that wait are dropped."""
        with self._lock:
            for future in self._open:
                future.cancel()
        for _ in range(self._started):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, run = task
            if not future.done():
                try:
                    result = run()
                except InputError as error:
                    self._fail_all(error)
                except BaseException as error:
                    # Whoever waits for it raises it.
                    self._settle(future, error)
                else:
                    with suppress(InvalidStateError):
                        future.set_result(result)
            with self._lock:
                self._open.discard(future)

    def _fail_all(self, error: InputError) -> None:
        with self._lock:
            every = list(self._open)
        for future in every:
            self._settle(future, error)

    def _settle(self, future: Future[T], error: BaseException) -> None:
        with suppress(InvalidStateError):
            future.set_exception(error)
