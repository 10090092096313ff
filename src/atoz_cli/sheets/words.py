"""The words that sheets share: rates, counts, dates, places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from atoz_cli.answers import Cell

PHRASES = {
    "a_to_z_claim": "A-to-z claim",
    "amazon_funded": "Amazon funded",
    "answer_amazon": "answer Amazon",
    "file_safe_t": "file SAFE-T",
    "let_amazon_refund": "let Amazon refund",
    "none": "nothing",
}
CHANNELS = {"mfn": "seller-fulfilled (MFN)", "afn": "fulfilled by Amazon (AFN)", None: "channel unknown"}


def percent(rate: float | None, limit: float | None = None) -> str:
    """`0.87 %`, with more places where two would hide on which side of the limit it is (or of a whole percent)."""
    if rate is None:
        return "N/A"
    exact = Decimal(f"{rate * 100:.4f}")
    line = exact.to_integral_value() if limit is None else Decimal(f"{limit * 100:.4f}")
    for places in (2, 3, 4):
        text = f"{exact:.{places}f}"
        if exact == line or not line or Decimal(text) != line:
            break
    return f"{text} %"


FEW = 500
"""Of fewer orders a rate is said with what chance alone could make of it."""


def chance(orders: int, interval: tuple[float, float] | None, what: str = "orders") -> list[Cell]:
    """The sentence that stands with a rate of few orders (or of few of what else is counted); nothing with one of many."""
    if interval is None or orders >= FEW:
        return []
    low, high = (percent(end) for end in interval)
    return [Cell(f"Few {what}: chance alone would put such a rate anywhere from {low} to {high}.", "dim")]


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plural(one: str) -> str:
    """`defective orders`, `orders with negative feedback`."""
    head, joint, rest = one.partition(" with ")
    return f"{head}s{joint}{rest}"


def place(account: str, marketplace: str | None, channel: str | None, *, many: bool) -> str:
    """Where a figure is from: `US, seller-fulfilled (MFN)`; the account only where there are several."""
    parts = [account] if many else []
    return ", ".join([*parts, marketplace or "marketplace unknown", CHANNELS.get(channel, channel or "")])


def where(marketplace: str | None, channel: str | None) -> str:
    """The same in a table: `US MFN`."""
    return f"{marketplace or '?'} {(channel or '?').upper()}"


def several(accounts: Iterable[str]) -> bool:
    """Whether accounts need to be named."""
    return len(set(accounts) - {"default"}) > 0


def day(value: date | datetime | None) -> str:
    """A day, or nothing."""
    return "" if value is None else value.strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """A moment to the minute, UTC."""
    return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def money(amount: Decimal | None, currency: str | None) -> str:
    """`19.90 USD`."""
    return "" if amount is None else f"{amount:.2f} {currency or ''}".rstrip()


def phrase(code: str | None) -> str:
    """A code of ours as words."""
    return PHRASES.get(code or "") or (code or "").replace("_", " ")
