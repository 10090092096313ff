"""Work that needs nobody in, its result when it is asked for out: done by a thread while the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class _Work(Thread, Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work, self._done, self._failed = work, list[T](), list[BaseException]()

    def run(self) -> None:
        try:
            self._done.append(self._work())
        except BaseException as error:  # raised where the result is asked for
            self._failed.append(error)

    def result(self) -> T:
        self.join()
        if self._failed:
            raise self._failed[0]
        return self._done[0]


@contextmanager
def meanwhile(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Start the work; what is given waits for its result, or raises what it raised. It is over when the `with` is."""
    thread = _Work(work)
    thread.start()
    try:
        yield thread.result
    finally:
        thread.join()
