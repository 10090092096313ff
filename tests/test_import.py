"""What becomes of rows and cells on the way in: bad rows explained, the rules of real files kept, nobody named in the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).with_name("files")
HEADERS: dict[str, list[str]] = json.loads((FILES / "headers.json").read_text("utf-8"))
ALL_ORDERS = HEADERS["all_orders_33_us_2026"]
FEEDBACK = "\t".join(HEADERS["feedback_en_6"])
ONE, TWO, THREE = (f"111-000000{n}-000000{n}" for n in (1, 2, 3))


def orders(*rows: dict[str, str], header: list[str] = ALL_ORDERS, end: str = "\n") -> str:
    usual = {"purchase-date": "2026-05-08T10:00:00Z", "order-status": "Shipped", "sales-channel": "Amazon.com"}
    return end.join(
        ["\t".join(header), *("\t".join({**usual, **row}.get(name, "") for name in header) for row in rows), ""]
    )


def order(number: int, **more: str) -> dict[str, str]:
    return {
        "amazon-order-id": f"111-0000000-{number:07d}",
        "sku": "S",
        **{k.replace("_", "-"): v for k, v in more.items()},
    }


def counts(receipt: Any) -> tuple[int, ...]:
    """Rows, added, updated, unchanged, skipped, refused; what a receipt adds up to is checked on the way."""
    found = (receipt.rows, receipt.added, receipt.updated, receipt.unchanged, receipt.skipped, receipt.refused)
    assert found[0] == sum(found[1:])
    assert receipt.refused == len(receipt.refusals)
    return found


# --- nobody is named ------------------------------------------------------------------------------------------------

PERSONS = [
    "Zebedee", "Quillfeather", "quillfeather", "zebedee", "555", "0199", "12345", "Larkspur", "larkspur", "Pimpernell",
    "CIT99887766", "DE998877665", "111.222.333",
]  # fmt: skip


def test_no_byte_that_names_a_person_reaches_the_store(shop: Any) -> None:
    files = sorted((FILES / "personal").iterdir())
    done = shop.load(*files)
    assert [one.receipt.error for one in done] == [None] * len(files)
    assert [one.receipt.source for one in done] == [path.stem for path in files]
    content = shop.path.read_bytes() + b"".join(path.read_bytes() for path in shop.folder.glob("*.wal"))
    held = json.dumps(shop.facts(), ensure_ascii=False)
    assert b"303-0000091-0000091" in content
    assert "[e-mail]" in held
    assert "[phone]" in held
    assert "[address]" in held
    for word in PERSONS:
        assert word not in held
        assert word.encode() not in content
    assert [row["signed"] for row in shop.facts()["shipments"] if row.get("package_id") == "P9"] == [True]


def test_no_column_of_the_store_is_for_a_person() -> None:
    from atoz_cli.records import RECORDS

    names = {name for record in RECORDS.values() for name in record.model_fields}
    assert not [
        name
        for name in names
        for word in ("buyer_name", "email", "phone", "street", "address", "recipient", "tax")
        if word in name
    ]


# --- bad rows -------------------------------------------------------------------------------------------------------

CLAIMS = [
    "order_id",
    "filed_at",
    "claim_id",
    "marketplace",
    "amount",
    "currency",
    "respond_by",
    "counts_in_odr",
    "status",
]
BAD_CLAIMS = [
    ("order_id", "", "is empty"),
    ("filed_at", "", "is empty"),
    ("filed_at", "soon", "is not a date"),
    ("filed_at", "2026-02-30", "does not exist"),
    ("filed_at", "1/2/2026", "--date-order"),
    ("filed_at", "12-Abc-2026", "month"),
    ("filed_at", "1969-01-01", "no date of an Amazon order"),
    ("marketplace", "Narnia", "not a marketplace"),
    ("amount", "many", "not an amount"),
    ("amount", "1,23", "not an amount"),
    ("currency", "Dollars", "three letters"),
    ("respond_by", "25:00", "is not a date"),
    ("counts_in_odr", "perhaps", "neither yes nor no"),
]


def test_each_kind_of_bad_value_is_explained_and_good_rows_are_loaded(shop: Any) -> None:
    rows = [",".join(CLAIMS), "111-0000000-0000000,2026-10-01,C-0,US,1.50,USD,2026-10-04,yes,closed"]
    for at, (column, value, _) in enumerate(BAD_CLAIMS, 1):
        good = {"order_id": f"111-0000000-{at:07d}", "filed_at": "2026-10-01", "claim_id": f"C-{at}", column: value}
        rows.append(",".join(f'"{good[name]}"' if name in good else "" for name in CLAIMS))
        rows.append(f"111-0000001-{at:07d},2026-10-02,D-{at},,,,,,new word")
    (done,) = shop.load(shop.put("x.csv", "\n".join(rows)))
    receipt = done.receipt
    # the numeric day is one of its kind in the file, so the file itself cannot tell how to read it
    assert "1/2/2026" in receipt.error
    (done,) = shop.load(shop.put("x.csv", "\n".join(row for row in rows if "1/2/2026" not in row)), rejects=True)
    kept = [bad for bad in BAD_CLAIMS if bad[1] != "1/2/2026"]
    receipt = done.receipt
    assert counts(receipt) == (len(rows) - 2, len(BAD_CLAIMS) + 1, 0, 0, 0, len(kept))
    for refusal, (column, value, reason) in zip(receipt.refusals, kept, strict=True):
        assert (refusal.column, refusal.value or "") == (column, value)
        assert reason in refusal.reason
        assert refusal.line == refusal.row + 1
    assert len(shop.facts()["claims"]) == receipt.added
    assert len(done.refused_texts) == len(kept)
    assert {notice.code for notice in done.notices} == {"unknown_word"}


def test_bad_values_of_the_other_kinds(shop: Any) -> None:
    bad = [("quantity", "-1"), ("quantity", "two"), ("quantity", "1.5"), ("amazon-order-id", "123"), ("item-price", "x"),
           ("last-updated-date", "never"), ("signature-confirmation-recommended", "dunno")]  # fmt: skip
    rows = [{**order(at), name: value} for at, (name, value) in enumerate(bad)]
    (done,) = shop.load(shop.put("x.txt", orders(order(99), *rows)))
    assert counts(done.receipt) == (8, 1, 0, 0, 0, 7)
    assert [(one.column, one.value) for one in done.receipt.refusals] == bad
    feedback = [f"2026-01-0{at}\t{stars}\tx\t\t111-0000000-000000{at}\t" for at, stars in enumerate("1605x", 1)]
    (done,) = shop.load(shop.put("y.txt", "\n".join([FEEDBACK, *feedback])), source="feedback")
    assert [(one.row, one.value) for one in done.receipt.refusals] == [(2, "6"), (3, "0"), (5, "x")]
    assert {one.column for one in done.receipt.refusals} == {"Rating"}


def test_the_reason_is_that_of_the_bad_cell_though_the_row_is_of_another_channel(shop: Any) -> None:
    row = {**order(1), "sales-channel": "Non-Amazon", "quantity": "x"}
    (done,) = shop.load(shop.put("x.txt", orders(row, order(2))))
    assert [(one.column, one.value) for one in done.receipt.refusals] == [("quantity", "x")]


def test_strict_loads_nothing_of_a_file_with_a_bad_row(shop: Any) -> None:
    bad = shop.put("bad.txt", orders(order(1), order(2, quantity="x")))
    good = shop.put("good.txt", orders(order(3)))
    first, second = shop.load(bad, good, strict=True)
    assert "--strict" in first.receipt.error
    assert first.receipt.added == 0
    assert [one.row for one in first.receipt.refusals] == [2]
    assert second.receipt.error is None
    assert [row["order_id"] for row in shop.facts()["orders"]] == ["111-0000000-0000003"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_numbers_with_blank_lines(shop: Any, end: str) -> None:
    header, *rows = orders(order(1), order(2, quantity="x"), order(3), order(4, quantity="y")).split("\n")[:-1]
    text = end.join(["", "", header, rows[0], "", rows[1], "", "", rows[2], rows[3], "", ""])
    (done,) = shop.load(shop.put("x.txt", text))
    assert counts(done.receipt) == (4, 2, 0, 0, 0, 2)
    assert [(one.row, one.line) for one in done.receipt.refusals] == [(2, 6), (4, 10)]


def test_lines_of_space_in_front_and_between(shop: Any) -> None:
    text = "  \n\norder_id,received_at,topic\n  \n1,2026-01-01,other\n2,bad,other\n"
    (done,) = shop.load(shop.put("x.csv", text))
    assert done.receipt.error is None
    assert done.receipt.added == 1
    assert [one.line for one in done.receipt.refusals] == [6]
    assert counts(done.receipt)[1:4] == (1, 0, 0)


def test_line_numbers_with_line_ends_in_quotes(shop: Any) -> None:
    text = 'order_id,filed_at,claim_id,comment\n1,2026-01-01,a,"one\ntwo\n\nthree"\n2,bad,b,"x\ny"\n\n3,2026-01-01,c,\n4,bad,d,\n'
    (done,) = shop.load(shop.put("x.csv", text))
    assert counts(done.receipt) == (4, 2, 0, 0, 0, 2)
    assert [(one.row, one.line) for one in done.receipt.refusals] == [(2, 6), (4, 10)]
    (crlf,) = shop.load(shop.put("y.csv", text.replace("\n", "\r\n")))
    assert [(one.row, one.line) for one in crlf.receipt.refusals] == [(2, 6), (4, 10)]


def test_line_numbers_with_joined_feedback(shop: Any) -> None:
    rows = [
        f"1/13/26\t1\tfirst\nsecond\n\nthird\t\t{ONE}\t",
        f"1/14/26\t9\tx\ny\t\t{TWO}\t",
        f"1/15/26\t2\tz\t\t{THREE}\t",
        f"1/16/26\t0\tz\t\t{THREE}\t",
    ]
    (done,) = shop.load(shop.put("x.txt", "\n".join([FEEDBACK, *rows]) + "\n"), source="feedback")
    assert counts(done.receipt) == (4, 2, 0, 0, 0, 2)
    assert [(one.row, one.line) for one in done.receipt.refusals] == [(2, 6), (4, 9)]
    assert " ".join(shop.facts()["feedback"][0]["comment"].split()) == "first second third"


# --- the rules of real files (formats.md 0) --------------------------------------------------------------------------


def test_a_short_feedback_row_does_not_swallow_the_next(shop: Any) -> None:
    rows = [f"1/13/26\t1\tlate\t\t{ONE}", f"1/14/26\t2\tline\nbreak\t\t{TWO}\t", f"1/15/26\t3\tok\t\t{THREE}"]
    (done,) = shop.load(shop.put("x.txt", "\n".join([FEEDBACK, *rows])), source="feedback")
    assert counts(done.receipt) == (3, 3, 0, 0, 0, 0)
    assert {row["order_id"]: row["comment"] for row in shop.facts()["feedback"]} == {
        ONE: "late", TWO: "line break", THREE: "ok",
    }  # fmt: skip


TEXTS = [
    ("closed'", "closed'"), (" spaced ", "spaced"), ("\u00a0odd\u00a0", "odd"), ("\ufeffmark", "mark"),
    ("a\u0085b\u2028c\x0bd", "a\u0085b\u2028c\x0bd"), ("a,b;c", "a,b;c"), ("--", None), ("N/A", None), ("-", None),
    ("“”", None), ("'", "'"), ("\\", "\\"), ("a\\tb", "a\\tb"), ("#comment", "#comment"), ("NULL", "NULL"), ("💥", "💥"),
]  # fmt: skip
QUOTED = [
    ('"Never closed', '"Never closed'), ('closed"', 'closed"'), ('a "b" c', 'a "b" c'), ('"pair"', "pair"),
    ('"12"" pan"', '12" pan'), ('"', '"'), ('""', None), (' "x" ', "x"), ('"--"', None), ('"x" y', '"x" y'),
]  # fmt: skip


@pytest.mark.parametrize("texts", [TEXTS, QUOTED, TEXTS + QUOTED, *([pair] for pair in QUOTED[:3])])
def test_texts_of_tab_files(shop: Any, texts: list[tuple[str, str | None]]) -> None:
    (done,) = shop.load(
        shop.put("x.txt", orders(*(order(at, product_name=text) for at, (text, _) in enumerate(texts))))
    )
    assert counts(done.receipt) == (len(texts), len(texts), 0, 0, 0, 0)
    found = {int(item["order_id"][-7:]): item.get("product_name") for item in shop.facts()["items"]}
    assert [found[at] for at in range(len(texts))] == [kept for _, kept in texts]


def test_texts_of_comma_files(shop: Any) -> None:
    text = 'order_id,filed_at,claim_id,comment\n1,2026-01-01,a,"say ""hi"", there"\n2,2026-01-01,b,\'x\'\n3,2026-01-01,c," a\u2028b\u0085\x0b "\n4,2026-01-01,d,12" pan\n'  # noqa: E501
    (done,) = shop.load(shop.put("x.csv", text))
    assert counts(done.receipt) == (4, 4, 0, 0, 0, 0)
    found = {row["order_id"]: row["comment"] for row in shop.facts()["claims"]}
    assert found["1"] == 'say "hi", there'
    assert found["2"] == "'x'"
    assert found["3"].startswith("a\u2028b\u0085")
    assert found["4"] == '12" pan'


NARROW, WIDE = ("utf-8", "utf-8-sig", "cp1252"), ("utf-16", "utf-16-le", "utf-16-be")
ENDS = {"\n": NARROW + WIDE, "\r\n": NARROW + WIDE, "\r": NARROW}  # old Mac files in UTF-16 were never seen


@pytest.mark.parametrize(("encoding", "end"), [(one, end) for end, found in ENDS.items() for one in found])
def test_line_ends_and_encodings(shop: Any, encoding: str, end: str) -> None:
    text = orders(order(1, product_name="Käse"), order(2), end=end)
    for content in (text, text.removesuffix(end), text + end + end) if encoding == "utf-8" else (text,):
        (done,) = shop.load(shop.put("x.txt", content.encode(encoding)))
        assert done.receipt.rows == 2
        assert done.receipt.refused == 0
    assert [item.get("product_name") for item in shop.facts()["items"]] == ["Käse", None]


def test_short_and_long_rows(shop: Any) -> None:
    lines = orders(order(1), order(2), order(3), order(4)).split("\n")
    lines[1] = lines[1].rstrip("\t")
    lines[2] += "\tmore\tand more"
    lines[3] = "\t".join(lines[3].split("\t")[:12])
    (done,) = shop.load(shop.put("x.txt", "\n".join(lines)))
    assert counts(done.receipt) == (4, 4, 0, 0, 0, 0)
    comma = 'order_id,received_at,topic\n1,2026-01-01\n2,2026-01-01,other,x,y\n"3",2026-01-01,"other"\n'
    (done,) = shop.load(shop.put("x.csv", comma))
    assert counts(done.receipt) == (3, 3, 0, 0, 0, 0)
    assert [row.get("topic") for row in shop.facts()["messages"]] == [None, "other", "other"]


def test_columns_in_any_order_and_unknown_ones(shop: Any) -> None:
    row = order(1, quantity="3", item_price="2.5")
    for header in (ALL_ORDERS[::-1], ["zz", *ALL_ORDERS, "zz"], sorted(ALL_ORDERS)):
        shop.load(shop.put("x.txt", orders({**row, "zz": "?"}, header=header)))
        assert shop.facts()["items"] == [
            {"account": "default", "order_id": "111-0000000-0000001", "sku": "S", "quantity": 3, "amount": "2.5000"}
        ]


def test_a_column_that_stands_twice_is_read_once(shop: Any) -> None:
    (done,) = shop.load(shop.put("x.csv", "order_id,received_at,topic,topic\n1,2026-01-01,return,product\n"))
    assert counts(done.receipt) == (1, 1, 0, 0, 0, 0)


def test_duplicates_and_rows_that_say_nothing(shop: Any) -> None:
    blank = dict.fromkeys(("purchase-date", "order-status", "sales-channel"), "")
    (done,) = shop.load(shop.put("x.txt", orders(order(1), order(1), {**blank, "sku": " "}, order(1))))
    assert counts(done.receipt) == (4, 1, 0, 2, 1, 0)


def test_semicolons_and_decimal_commas(shop: Any) -> None:
    text = "order_id;refunded_at;amount\n1;13.10.2026;1.234,50\n2;14.10.2026 10:00;19,90 €\n3;1.2.2026;7\n"
    (done,) = shop.load(shop.put("x.csv", text))
    assert counts(done.receipt) == (3, 3, 0, 0, 0, 0)
    assert [(row["refunded_at"], row["amount"]) for row in shop.facts()["refunds"]] == [
        ("2026-10-13T00:00:00", "1234.5000"), ("2026-10-14T10:00:00", "19.9000"), ("2026-02-01T00:00:00", "7.0000"),
    ]  # fmt: skip


def test_one_amount_of_the_other_decimal_mark_is_refused(shop: Any) -> None:
    text = 'order_id,refunded_at,amount\n1,2026-10-13,19.90\n2,2026-10-13,21.50\n3,2026-10-13,"77,98"\n'
    (done,) = shop.load(shop.put("x.csv", text))
    assert [(one.row, one.value) for one in done.receipt.refusals] == [(3, "77,98")]


def test_a_marketplace_given_is_for_files_that_do_not_say(shop: Any) -> None:
    text = "order_id,filed_at,claim_id,marketplace\n1,2026-10-13,a,\n2,2026-10-13,b,DE\n"
    shop.load(shop.put("x.csv", text), marketplace="US")
    assert [row["marketplace"] for row in shop.facts()["claims"]] == ["US", "DE"]


def test_a_nul_far_into_a_file(shop: Any) -> None:
    """A file with a NUL byte anywhere is refused, or read without harm; never a crash."""
    text = orders(*(order(n, product_name="x" * 400) for n in range(3000)), order(5000, product_name="a\0b"))
    (done,) = shop.load(shop.put("x.txt", text))
    assert done.receipt.error or counts(done.receipt)[0] == 3001


@pytest.mark.parametrize(
    "content",
    [
        {"accountStatuses": [{"marketplaceId": ["x"], "status": {"a": 1}}], "performanceMetrics": [{"marketplaceId": ["x"]}]},
        {"accountStatuses": {"a": 1}, "performanceMetrics": {"a": 1}},
        {"accountStatuses": [1, None], "performanceMetrics": [1, None, "x", {}]},
        {"performanceMetrics": [{"marketplaceId": "ATVPDKIKX0DER", "orderDefectRate": [], "lateShipmentRateList": {"a": 1}}]},
        {
            "accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": {"a": 1}}],
            "performanceMetrics": [
                {
                    "marketplaceId": "ATVPDKIKX0DER",
                    "lateShipmentRate": {"reportingDateRange": {"reportingDateFrom": 5, "reportingDateTo": None}},
                }
            ],
        },
    ],
)  # fmt: skip
def test_odd_performance_reports_are_read_leniently(shop: Any, content: Any) -> None:
    (done,) = shop.load(shop.put("x.json", json.dumps(content)))
    assert done.receipt.error is None
    counts(done.receipt)
    (again,) = shop.load(shop.put("x.json", json.dumps(content)))
    assert (again.receipt.added, again.receipt.updated) == (0, 0)


def test_every_pull_of_a_report_is_kept(shop: Any) -> None:
    live = json.loads((FILES / "performance_v2" / "live.json").read_text("utf-8"))
    shop.load(shop.put("a.json", json.dumps(live)))
    live["performanceMetrics"][0]["orderDefectRate"]["mfn"]["orderCount"] = 2001
    (done,) = shop.load(shop.put("b.json", json.dumps(live)))
    assert counts(done.receipt) == (3, 1, 0, 1, 0, 1)
    assert len(shop.facts()["reports"]) == 3


def test_a_lone_carriage_return_above_the_table_and_in_its_cells(shop: Any) -> None:
    text = "Report\rof, today\n\norder_id,received_at,topic\n1,2026-01-01,re\rturn\n2,2026-01-01,other\n"
    (done,) = shop.load(shop.put("x.csv", text))
    assert done.receipt.error is None
    assert counts(done.receipt) == (2, 2, 0, 0, 0, 0)
    (done,) = shop.load(shop.put("y.csv", "nobody\rknows, this\nx,y\n"))
    assert "not a file that we know" in done.receipt.error


def test_a_column_that_has_two_names_tells_by_both_how_it_is_written(shop: Any) -> None:
    text = 'order_id,filed_at,Chargeback date,chargeback_id,amount,Chargeback amount\n1,,13/1/2026,a,,"1,82"\n2,,2/1/2026,b,,"412,63"\n'
    (done,) = shop.load(shop.put("x.csv", text))
    assert counts(done.receipt) == (2, 2, 0, 0, 0, 0)
    found = [(row["filed_at"], row["amount"]) for row in shop.facts()["chargebacks"]]
    assert found == [("2026-01-13T00:00:00", "1.8200"), ("2026-01-02T00:00:00", "412.6300")]


def test_the_header_repeated_in_a_settlement_is_no_currency(shop: Any) -> None:
    header = "settlement-id\ttransaction-type\torder-id\tamount-type\tamount-description\tamount\tposted-date\tcurrency"
    row = "1\tRefund\t111-0000000-0000001\tItemPrice\tPrincipal\t-5.00\t2026-01-02\t"
    (done,) = shop.load(shop.put("x.txt", "\n".join([header, row, header, ""])))
    assert done.receipt.error is None
    assert [row.get("currency") for row in shop.facts()["money"]] == [None]


def test_the_order_date_of_an_on_time_delivery_file_keeps_its_zone(shop: Any) -> None:
    header = "Order ID,Order Date,Promised delivery date,Actual Delivery Date"
    dates = ["2026-10-03T01:00:00+05:30", "2026-10-03 01:00:00 PST", "2026-10-03 01:00:00 GMT (2026-10-02 18:00:00 PT)"]
    rows = [f"111-0000000-000000{at},{text},2026-10-09,2026-10-08" for at, text in enumerate(dates)]
    shop.load(shop.put("x.csv", "\n".join([header, *rows, ""])))
    found = [row["placed_at"] for row in shop.facts()["health_orders"]]
    assert found == ["2026-10-02T19:30:00", "2026-10-03T09:00:00", "2026-10-03T01:00:00"]


def test_who_stands_in_the_wrong_cell_is_not_shown(shop: Any) -> None:
    text = "order_id,filed_at,claim_id,status\n1,jane@quill.example,a,closed\n2,2026-01-01,b,jane@quill.example\n"
    (done,) = shop.load(shop.put("x.csv", text))
    assert [one.value for one in done.receipt.refusals] == ["[e-mail]"]
    assert "quill" not in str((done, shop.facts()))


def test_a_file_with_nothing_but_order_numbers_can_be_named(shop: Any) -> None:
    (done,) = shop.load(shop.put("x.csv", f"Order - Number,zz\n{ONE},\n1046,\n"), source="shipstation")
    assert counts(done.receipt) == (2, 1, 0, 0, 1, 0)
