"""A store with very many claims in, judged by several processes side by side; their rows, as JSON in files, out.

Each process reads the store for itself and has a share of the orders. What the seller's own odds are they tell each other
in between, since those are of all.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

from msgspec import Struct, convert, msgpack
from msgspec.json import Decoder

from atoz_cli.answers import Notice, WrittenRow
from atoz_cli.answers.claims import Glance, Verdict
from atoz_cli.cases import Wanted, among, ended, flag_notices, flagged_of, found_on, used_up
from atoz_cli.cases.around import CLAIMED, Key
from atoz_cli.cases.soon import may_be_due
from atoz_cli.errors import AtozError, WorkEnded
from atoz_cli.metrics import Question, Span, lay_out
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.store.duck import reading, translated
from atoz_cli.triage import Outcome, judge, own_odds, ranked
from atoz_cli.triage.case import Case

MOST = 8
"""So many processes at most: each holds the engine, and its share of the claims."""
AT_ONCE = 25_000
"""The claims of so many orders are held at a time."""
A_BIT = 512
"""What is read ahead of a row: rows are asked for out of their order, and each is longer."""
NEVER = datetime.max.replace(tzinfo=UTC)
DECIDED = """SELECT account, order_id FROM all_claims
    WHERE decision IS NOT NULL OR appeal_decision IS NOT NULL OR withdrawn_at IS NOT NULL
    UNION SELECT account, order_id FROM all_chargebacks WHERE decision IS NOT NULL"""


class Job(Struct, frozen=True):
    """What is asked of all processes. `write`: a verdict → its row of the answer, in JSON."""

    store: Path
    wait: float
    book: Book
    question: Question
    wanted: Wanted
    response_hours: int | None
    write: Callable[[Any], bytes]


def processes() -> int:
    """How many processes may work side by side."""
    usable = getattr(os, "sched_getaffinity", None)
    return min(len(usable(0)) if usable else os.cpu_count() or 1, MOST)


@contextmanager
def triage(job: Job) -> Iterator[tuple[list[Glance], list[Notice]]]:
    """The verdicts, first to do first, and what the user should know. Their rows are gone at the end."""
    parts = processes()
    with tempfile.TemporaryDirectory(prefix="atoz-", ignore_cleanup_errors=True) as folder:
        files = [Path(folder) / f"{number}.json" for number in range(parts)]
        told = _work(job, files)
        rates = job.book.at("odds", job.question.day).table("rates")
        with ExitStack() as held:
            opened = [held.enter_context(file.open("rb", A_BIT)) for file in files]
            seen = [glance for file, one in zip(opened, told, strict=True) for glance in _seen(file, one)]
            flagged = sorted(row for *_, rows in told for row in rows)
            yield ranked(seen, rates), [*told[0][2], *flag_notices(flagged)]


def verdicts(glances: Iterable[Glance]) -> Iterator[Verdict]:
    """The verdicts in whole, read back from where they are written."""
    decoder = Decoder(Verdict)
    for glance in glances:
        if glance.row is not None:
            yield decoder.decode(glance.row.read())


Told = tuple[bytes, list[int], list[Notice], list[tuple[Any, ...]]]
"""Of each row a glance (msgpack) and how long it is; what the user should know, and the claims that only a flag tells of."""


def _seen(file: BinaryIO, told: Told) -> Iterator[Glance]:
    at = 0
    for glance, length in zip(msgpack.decode(told[0], type=list[Glance]), told[1], strict=True):
        glance.row = WrittenRow(file, at, length)
        at += length
        yield glance


def _work(job: Job, files: list[Path]) -> list[Told]:
    """Let the processes work, each into a file of its own; none is left when this ends."""
    context = multiprocessing.get_context("spawn")
    workers, pipes = list[SpawnProcess](), list[Connection]()
    try:
        with _without_interrupts():
            for number, file in enumerate(files):
                ours, theirs = context.Pipe()
                worker = context.Process(target=_share, args=(theirs, job, (number, len(files)), file), daemon=True)
                worker.start()
                theirs.close()
                workers.append(worker)
                pipes.append(ours)
        own = own_odds([one for pipe in pipes for one in _heard(pipe)])
        for pipe in pipes:
            pipe.send(own)
        return [_heard(pipe) for pipe in pipes]
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A process that is started meanwhile is deaf to Ctrl-C: it is for us to end it, and to say so once, afterwards."""
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    if masks := hasattr(signal, "pthread_sigmask"):  # not on Windows
        resource_tracker.ensure_running()  # which lets them through again when it starts
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _heard(pipe: Connection) -> Any:
    try:
        said = pipe.recv()
    except EOFError:
        raise WorkEnded(
            "a process that judged claims was ended from outside",
            "there may have been too little memory: try again, or ask for one --account or --kind",
        ) from None
    if isinstance(said, Exception):
        raise said
    return said


def _share(pipe: Connection, job: Job, share: tuple[int, int], file: Path) -> None:
    """One process: how its share of the claims ended told, then its share of what is asked judged and written down."""
    gc.disable()  # as in __main__
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    book, question, wanted = job.book, job.question, job.wanted
    try:
        with reading(job.store, job.wait) as store, file.open("wb", 1 << 20) as out:
            spans, notices = lay_out(store, book, question)
            ends, found, read = list[Outcome](), list[Case](), frozenset[Key]()
            for read in _pieces(_mine(store.ask(DECIDED), share)):
                found = found_on(store, book, question, spans, read)
                ends += ended(found, book, question)
            pipe.send(ends)
            own, glances, lengths, flagged = pipe.recv(), list[Glance](), list[int](), list[Any]()
            due = frozenset(_mine(_asked(store, job, spans), share))
            at_hand = [case for case in found if (case.account, case.order_id) in due]
            others = (found_on(store, book, question, spans, orders) for orders in _pieces(due - read))
            del found
            for some in chain([at_hand], others):
                cases = among(some, book, question, wanted)
                flagged += flagged_of(store, cases)
                some.clear()
                for case in used_up(cases):
                    verdict = judge(case, book, response_hours=job.response_hours, own=own)
                    glances.append(convert(verdict, Glance, from_attributes=True))
                    lengths.append(out.write(job.write(verdict)))
        pipe.send((msgpack.encode(glances), lengths, notices, flagged))
    except BrokenPipeError:  # nobody listens any more
        return
    except Exception as error:
        told = translated(error, file)
        pipe.send(told if isinstance(told, AtozError) else RuntimeError(traceback.format_exc()))


def _asked(store: Store, job: Job, spans: Sequence[Span]) -> Iterable[Key]:
    """The orders whose claims are asked about."""
    if job.wanted.closed_too:
        return store.ask(CLAIMED)
    return may_be_due(store, job.book, job.question, spans, NEVER)


def _mine(orders: Iterable[Key], share: tuple[int, int]) -> Iterator[Key]:
    """The orders of a share: each is always of the same one."""
    number, of = share
    return (key for key in orders if crc32(key[1].encode()) % of == number)


def _pieces(orders: Iterable[Key]) -> Iterator[frozenset[Key]]:
    """So many at a time."""
    every = sorted(orders)
    for at in range(0, len(every), AT_ONCE):
        yield frozenset(every[at : at + AT_ONCE])
