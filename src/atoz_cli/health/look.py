"""One look at a store for all the metrics: the question, the reports, which files were read, who sells where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from atoz_cli.answers.health import Missing, Reported
from atoz_cli.metrics.question import Question, Store
from atoz_cli.metrics.reported import Reports
from atoz_cli.policy import Book
from atoz_cli.sources.where import download


class Look:
    """`names`: the metrics asked for, all of them where there are none."""

    def __init__(self, store: Store, book: Book, question: Question, names: Sequence[str]) -> None:
        self.store, self.book, self.question, self.names = store, book, question, names
        self.reports = Reports(store, question)

    @cached_property
    def channels(self) -> dict[tuple[str, str], list[str]]:
        """Account and marketplace ("" where no file says it) to the channels of its orders, as known that day."""
        found: dict[tuple[str, str], list[str]] = {}
        for account, place, channel in self.store.ask(
            "SELECT DISTINCT account, marketplace, channel FROM placed_days ORDER BY ALL"
        ):
            found.setdefault((account, place), []).append(channel)
        return found

    @cached_property
    def read(self) -> dict[str, set[str]]:
        """Account to the sources of which a file was read. An empty file is a file: it says that there was nothing."""
        found: dict[str, set[str]] = {}
        for account, source in self.store.ask("SELECT DISTINCT account, source FROM imports"):
            found.setdefault(account, set()).add(source)
        return found

    def told(self, account: str, sources: Sequence[str]) -> bool:
        """Whether any of the sources was read for an account."""
        return not self.read.get(account, set()).isdisjoint(sources)

    def asked(self, name: str) -> bool:
        """Whether a metric is asked for."""
        return not self.names or name in self.names

    def figure(self, where: tuple[str, str], name: str, channel: str | None, days: int | None) -> Reported | None:
        """What Amazon's newest report says of a metric: of the channel, where it tells them apart."""
        on = self.question.day
        return self.reports.figure(where, name, channel, on, days)


def lacks(code: str, message: str, source: str | None, units: int | None = None, hint: str | None = None) -> Missing:
    """What is missing, with where to get the file of a source."""
    told = download(source) if source is not None else None
    return Missing(code, units, message, source, "; ".join(part for part in (told, hint) if part) or None)
