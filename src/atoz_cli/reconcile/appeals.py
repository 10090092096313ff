"""Defects that Amazon counts, or may count, though our rules say that they do not, in; what can be done about each out.

A claim is appealed within 30 days of its decision; feedback and chargebacks have ways of their own. Judged by what is
known on the day asked, which may be later than the day of Amazon's report.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct

from atoz_cli.answers.claims import Evidence, Verdict
from atoz_cli.cases import Wanted, triage
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store, naive, utc
from atoz_cli.policy import Book
from atoz_cli.reconcile.orders import Known

DAY = timedelta(days=1)


class Appeal(NamedTuple):
    """`may`: whether something can be done now, None where the files cannot say; `because`: why it should not count."""

    may: bool | None
    by: datetime | None
    days_left: int | None
    because: str
    how: str
    proof: tuple[Evidence, ...]


CLAIMS = """SELECT order_id, claim_id, filed_at, status, decided_at, decision, funded_by, counts_in_odr, withdrawn_at,
    appealed_at, appeal_decision, appeal_decided_at FROM all_claims WHERE account = $1"""
CHARGEBACKS = """SELECT order_id, claim_id, filed_at, network, reason_code, reason, respond_by, decided_at, decision
    FROM all_chargebacks WHERE account = $1"""
FEEDBACK = """SELECT f.order_id, f.rating, e.removed_at, e.struck_at FROM feedback f
    LEFT JOIN feedback_events e USING (account, order_id) WHERE f.account = $1 AND f.left_at <= $2"""
BROUGHT_BACK = (
    "SELECT order_id, min(returned_at) FROM shipments WHERE account = $1 AND returned_at <= $2 GROUP BY order_id"
)


class _Row(Struct, frozen=True):
    """A row of the store by its names, moments aware of their zone; what is dated later than asked is not there."""

    values: dict[str, Any]
    as_of: datetime

    def __getitem__(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, datetime):
            return value
        at = utc(value)
        return at if at <= self.as_of or name == "respond_by" else None


Rows = dict[tuple[str, str, datetime | None], _Row]
"""By order id, claim id and filing as the store keeps it."""


class Appeals:
    """What is known today of the claims, chargebacks and feedback on some orders of an account."""

    def __init__(self, store: Store, book: Book, today: Question, account: str, orders: Collection[str]) -> None:
        self.book, self.now, self.account = book, today.as_of, account
        keys = frozenset((account, order) for order in orders)
        wanted = Wanted(claims_of=keys, chargebacks_of=keys, closed_too=True)
        verdicts, _ = triage(store, book, today, wanted) if keys else ([], [])
        self.verdicts: dict[tuple[str, str, str, datetime | None], Verdict] = {
            (one.type, one.order_id, one.claim_id or "", one.filed_at): one for one in verdicts
        }
        moment = naive(self.now)
        self.claims = self._rows(store, CLAIMS, [account]) if keys else {}
        self.chargebacks = self._rows(store, CHARGEBACKS, [account]) if keys else {}
        self.feedback = {row[0]: row[1:] for row in store.ask(FEEDBACK, [account, moment])} if keys else {}
        self.brought_back = dict(store.ask(BROUGHT_BACK, [account, moment])) if keys else {}

    def _rows(self, store: Store, query: str, values: list[Any]) -> Rows:
        names = [name.strip() for name in query.split("FROM")[0].removeprefix("SELECT").split(",")]
        return {
            (row[0], row[1], row[2]): _Row(dict(zip(names, row, strict=True)), self.now)
            for row in store.ask(query, values)
        }

    def stars(self, order_id: str) -> int | None:
        """The stars of an order's feedback, None where none is known."""
        return self.feedback[order_id][0] if order_id in self.feedback else None

    def of(self, order_id: str, defect: Known, marketplace: str | None) -> Appeal:
        """What can be done about a defect that our rules say does not count."""
        if defect.kind == "negative_feedback":
            return self._feedback(order_id, defect.standing, marketplace)
        rows = self.claims if defect.kind == "a_to_z_claim" else self.chargebacks
        row = self._row(rows, order_id, defect)
        verdict = self.verdicts.get((defect.kind, order_id, row["claim_id"] or "", row["filed_at"]))
        proof = tuple(one for one in verdict.evidence if one.have) if verdict else ()
        if defect.kind == "a_to_z_claim":
            because = self._claim_because(order_id, defect.standing, row, proof)
            return self._claim(row, marketplace, because, proof)
        return self._chargeback(defect.standing, row, marketplace, proof)

    def _row(self, rows: Rows, order_id: str, defect: Known) -> _Row:
        """The claim or chargeback as it is known today; since the day of the report another file may tell of it."""
        found = rows.get((order_id, defect.claim_id, defect.filed_at))
        others = [row for key, row in rows.items() if key[0] == order_id]
        return found or (others[0] if len(others) == 1 else _Row({}, self.now))

    # --- claims ------------------------------------------------------------------------------------------------------

    def _claim_because(self, order_id: str, standing: str, row: _Row, proof: tuple[Evidence, ...]) -> str:
        found = {one.slot: one.value for one in proof}
        on = f" on {_day(row['decided_at'])}" if row["decided_at"] else ""
        if standing == "protected":
            scan = f", first scanned on {found['first_scan']}" if found.get("first_scan") else " and scanned"
            paid = f", and Amazon paid for it{on}" if row["funded_by"] == "amazon" else ""
            return f"it did not arrive, on a Claims Protected label{scan} by the ship-by date, and you did not refund it{paid}"
        if standing == "denied":
            return f"it was not granted{on}"
        if standing == "withdrawn":
            at = row["withdrawn_at"] or row["decided_at"]
            return f"the buyer withdrew it{f' on {_day(at)}' if at else ''}, before any decision against you or full refund"
        if standing == "amazon_funded":
            return f"it was granted{on} and Amazon paid for it itself"
        if standing == "refunded_before_filing":
            return "you had refunded it in full before it was filed"
        if row["counts_in_odr"] is False:
            return f"Amazon's own decision{on} says that it does not count"
        if row["appeal_decision"] in ("won", "won_odr_only"):
            at = row["appeal_decided_at"]
            return f"your appeal was won{f' on {_day(at)}' if at else ''}"
        back = self.brought_back.get(order_id)
        return f"the carrier brought the parcel back{f' on {_day(back)}' if back else ''}"

    def _claim(self, row: _Row, marketplace: str | None, because: str, proof: tuple[Evidence, ...]) -> Appeal:
        if row["appealed_at"] and not row["appeal_decision"]:
            how = f"your appeal of {_day(row['appealed_at'])} is not decided yet"
            return Appeal(False, None, None, because, how, proof)
        if row["appeal_decision"] == "lost":
            return Appeal(False, None, None, because, "your appeal was decided: lost", proof)
        decided = row["decided_at"] or row["withdrawn_at"]
        rule = self.book.at("deadlines", (decided or self.now).date(), marketplace)
        days = int(rule["appeal_days"])
        if decided is None:
            how = f"{days} days from the decision, whose date is not in the files"
            return Appeal(None, None, None, because, how, proof)
        by = decided + days * DAY
        if by < self.now:
            return Appeal(False, by, None, because, f"the {days} days to appeal it ended on {_day(by)}", proof)
        return Appeal(True, by, (by - self.now) // DAY, because, f"appeal it by {_day(by)}", proof)

    # --- chargebacks and feedback ------------------------------------------------------------------------------------

    def _chargeback(self, standing: str, row: _Row, marketplace: str | None, proof: tuple[Evidence, ...]) -> Appeal:
        code = " ".join(word for word in (row["network"], row["reason_code"] or row["reason"]) if word) or "its code"
        on = f" on {_day(row['decided_at'])}" if row["decided_at"] else ""
        because = {
            "fraud": f"{code} stands for payment fraud, which Amazon bears",
            "won": f"it was decided for you{on}",
            "reversed": f"it was taken back{on}",
        }.get(standing, f"it stands as {standing}")
        filed_at = row["filed_at"]
        ends = row["respond_by"] or (filed_at + self._chargeback_days(filed_at, marketplace) if filed_at else None)
        if ends is not None and ends >= self.now and not row["decision"]:
            how = f"answer the mail about the chargeback by {_day(ends)}"
            return Appeal(True, ends, (ends - self.now) // DAY, because, how, proof)
        how = "its days to answer are past or not known: write to Seller Support, Amazon names no other way"
        return Appeal(None, None, None, because, how, proof)

    def _chargeback_days(self, filed_at: datetime, marketplace: str | None) -> timedelta:
        return int(self.book.at("deadlines", filed_at.date(), marketplace)["chargeback_days"]) * DAY

    def _feedback(self, order_id: str, standing: str, marketplace: str | None) -> Appeal:
        stars, removed, struck = self.feedback.get(order_id, (None, None, None))
        at = removed if standing == "removed" else struck
        if standing not in ("removed", "struck"):
            return Appeal(True, None, None, f"it has {stars} stars", "ask Seller Support to look at it", ())
        words = {"removed": "removed", "struck": "struck through"}[standing]
        because = f"it was {words}{f' on {_day(at)}' if at else ''}"
        hours = int(self.book.at("deadlines", self.now.date(), marketplace)["feedback_removal_hours"])
        if at is not None and self.now < utc(at) + timedelta(hours=hours):
            return Appeal(
                False, None, None, because, f"it may take {hours} hours until that shows: look again then", ()
            )
        return Appeal(True, None, None, because, "ask Seller Support to take it out", ())


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
