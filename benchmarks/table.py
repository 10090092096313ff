"""Lines of the benchmark in, one table as text or Markdown out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measure import Took

HEADER = ("what", "seconds", "CPU s", "ratio", "to", "peak MiB", "target", "")
RIGHT = (False, True, True, True, False, True, False, False)


@dataclass(frozen=True)
class Line:
    """One thing measured; `at_most` is the ratio to `against` and `most_memory` the MiB that it should not pass."""

    what: str
    took: Took
    against: Took | None = None
    name: str = ""
    at_most: float | None = None
    most_memory: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Seconds over the seconds of what it is held against."""
        return self.took.seconds / self.against.seconds if self.against else None

    @property
    def trouble(self) -> str:
        """Why there is no figure."""
        return self.took.trouble or (self.against.trouble if self.against else "")

    def cells(self) -> tuple[str, ...]:
        """The line as texts, one for each of `HEADER`."""
        if self.trouble:
            return (self.what, "", "", "", self.name, "", self._target(), f"failed: {self.trouble}")
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        peak = f"{self.took.peak:.0f}" if self.took.peak else ""
        seconds, work = _seconds(self.took.seconds), _seconds(self.took.work)
        return (self.what, seconds, work, ratio, self.name, peak, self._target(), self._verdict())

    def _target(self) -> str:
        parts = [] if self.at_most is None else [f"<= {self.at_most:g} x"]
        parts += [] if self.most_memory is None else [f"<= {self.most_memory:g} MiB"]
        return ", ".join(parts) + (f" ({self.note})" if self.note else "")

    def _verdict(self) -> str:
        if self.at_most is None or self.ratio is None:
            return ""
        met = self.ratio <= self.at_most and (self.most_memory is None or self.took.peak <= self.most_memory)
        return "met" if met else "missed"


def _seconds(value: float) -> str:
    return f"{value:.{3 if value < 1 else 2}f}"


def plain(lines: Sequence[Line]) -> str:
    """Columns of text."""
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADER) - 1)]
    return "\n".join("  ".join(_padded(row, widths)).rstrip() for row in rows)


def _padded(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    cells = zip(row[:-1], widths, RIGHT, strict=False)
    return [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells] + [row[-1]]


def markdown(lines: Sequence[Line]) -> str:
    """A Markdown table."""
    rule = "|".join("---:" if right else "---" for right in RIGHT)
    return "\n".join([_bars(HEADER), f"|{rule}|", *(_bars(line.cells()) for line in lines)])


def _bars(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"
