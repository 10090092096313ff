"""A case → the files of what the store has: a fact sheet, and tables of parcels, returns, refunds and messages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from msgspec.structs import astuple

from atoz_cli.answers.claims import Verdict
from atoz_cli.letters.told import Parcel, Refund, Return, told
from atoz_cli.triage.case import Case
from atoz_cli.triage.law import when

# In which file the proof of a slot stands.
STANDS_IN = {
    **dict.fromkeys(
        ("label", "first_scan", "scans", "carrier", "tracking_number", "signature", "delivered_scan", "delivery_proof",
         "ship_date", "shipment_proof", "address_match", "postal_code_match"),
        "shipments.csv",
    ),
    "messages": "messages.csv",
    "refund_record": "refunds.csv",
    **dict.fromkeys(("return_tracking", "return_authorisation", "return_label"), "returns.csv"),
}  # fmt: skip


def fact_files(case: Case, verdict: Verdict) -> dict[str, bytes]:
    """Name to content; a table only where it has a row. No name, address, postal code or buyer's word is in any."""
    facts = told(case, verdict, "en")
    found = {"facts.txt": _facts(case, verdict)}
    for name, shape, rows in (
        ("shipments.csv", Parcel, facts.parcels),
        ("returns.csv", Return, facts.returns),
        ("refunds.csv", Refund, facts.refunds),
    ):
        if rows:
            found[name] = _table(shape.__struct_fields__, map(astuple, rows))
    if case.messages:
        lines = [
            (when(one.received_at), when(one.answered_at) if one.answered_at else "", one.topic or "")
            for one in sorted(case.messages, key=lambda one: one.received_at)
        ]
        found["messages.csv"] = _table(["received", "answered", "topic"], lines)
    return found


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(head)
    for row in rows:
        written.writerow(["yes" if cell is True else "no" if cell is False else cell for cell in row])
    return text.getvalue().encode()


def _facts(case: Case, verdict: Verdict) -> bytes:
    order = case.order
    lines = [
        f"Order {case.order_id}" + (f", {case.marketplace}" if case.marketplace else ""),
        f"{'Chargeback' if case.type == 'chargeback' else 'A-to-z claim'} {case.claim_id or '(no id)'}: "
        f"{case.kind.replace('_', ' ')}",
    ]
    known = [
        ("Order placed", order.placed_at if order else None),
        ("Ship by", order.ship_by if order else None),
        ("Latest delivery", order.deliver_by if order else None),
        ("Claim filed", case.filed_at),
        ("Answer by", verdict.respond_by),
        ("Decided", case.decided_at),
        ("Appealed", case.appealed_at),
    ]
    lines += [f"{name}: {when(at)}" for name, at in known if at]
    if case.amount is not None:
        lines.append(f"Amount: {case.amount:.2f} {case.currency or ''}".rstrip())
    if order and order.product_names:
        lines.append(f"Items: {'; '.join(order.product_names)}")
    return ("\n".join(lines) + "\n").encode()


def notes(verdict: Verdict) -> bytes:
    """What is for the seller alone: the tests, the reasons with their rules, the ways out and what each would cost."""
    marks = {True: "yes", False: "no", None: "unknown"}
    lines = ["For yourself: do not send this.", "", "Tests (yes: passed or met)"]
    lines += [
        f"- {one.of}, {one.test.replace('_', ' ')}: {marks[one.met]}. {one.proof or ''}".rstrip()
        for one in verdict.tests
    ]
    lines += ["", "Why", *(f"- {one.text} [{one.rule}]" for one in verdict.why)]
    if verdict.alternatives:
        lines += ["", "Ways out, by estimate"]
        lines += [f"- {one.action.replace('_', ' ')}: {one.formula} [{one.rule}]" for one in verdict.alternatives]
    return ("\n".join(lines) + "\n").encode()
