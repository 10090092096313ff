"""XML and JSON documents become rows of texts; what is broken or hostile is refused with a reason, and nothing else."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoz_cli.errors import InputRefused, UnknownFile
from atoz_cli.records import Chargeback, Return
from atoz_cli.sources import chargebacks_page, performance_v1, returns_xml
from atoz_cli.sources.xml import LONGEST, root_name, signs

FILES = Path(__file__).with_name("files")
SAMPLES = sorted([*(FILES / "returns_xml").glob("*.xml"), *(FILES / "performance_v1").glob("*.xml")])
READERS: dict[str, Callable[..., Any]] = {"returns_xml": returns_xml.rows, "performance_v1": performance_v1.rows}


def returns(path: Path) -> list[dict[str, str]]:
    return [
        {key: text for key, text in row.items() if text is not None} for _, row in returns_xml.rows(path, path.name)
    ]


def sample(name: str) -> Path:
    return FILES / name


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "made.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


# --- returns --------------------------------------------------------------------------------------------------------

HOSE = {
    "order_id": "111-0000001-0000001", "rma_id": "DMADEUP1RRMA", "requested_at": "2026-09-12T12:44:17Z",
    "status": "Approved", "reason": "CR-DEFECTIVE", "sku": "HOSE-20", "asin": "B000000001", "quantity": "1",
    "label_type": "AmazonPrePaidLabel", "label_paid_by": "Seller", "a_to_z_claim": "true", "in_policy": "Y",
    "return_type": "C-Returns", "resolution": "StandardRefund", "delivered_at": "2026-09-20T00:00:00Z",
    "order_amount": "39.8", "refunded_amount": "19.9", "currency": "USD",
}  # fmt: skip


def test_a_unit_listed_twice_is_one_and_different_items_of_one_return_are_added_up() -> None:
    assert returns(sample("returns_xml/no_declaration.xml")) == [
        HOSE,
        {
            "order_id": "111-0000002-0000002", "rma_id": "DMADEUP2RRMA", "requested_at": "2026-09-13T09:00:00Z",
            "status": "PendingApproval", "reason": "CR-UNWANTED_ITEM", "sku": "TAP", "asin": "B000000002",
            "quantity": "5", "a_to_z_claim": "false", "in_policy": "N", "resolution": "StandardRefund",
            "order_amount": "24.75", "refunded_amount": "11.75", "currency": "USD",
            "safe_t_claim_id": "100-0000001", "safe_t_state": "Denied",
        },
    ]  # fmt: skip


def test_rows_have_every_field_that_the_xml_knows_and_the_line_where_it_begins() -> None:
    found = list(returns_xml.rows(sample("returns_xml/no_declaration.xml"), "r.xml"))
    assert [line for line, _ in found] == [8, 49]
    assert all(set(row) == set(returns_xml.FIELDS) <= set(Return.model_fields) for _, row in found)


@pytest.mark.parametrize(
    "name", ["declared_utf8.xml", "utf16_says_utf8.xml", "utf16be_no_mark.xml", "cp1252_undeclared.xml"]
)
def test_whatever_the_encoding_says_the_bytes_are_read(name: str) -> None:
    german = {**HOSE, "order_id": "302-0000001-0000001", "currency": "EUR", "rma_id": "EMADEUP1RRMA"}
    assert returns(sample("returns_xml/" + name)) == [german]


def test_a_report_without_returns_has_no_rows() -> None:
    assert returns(sample("returns_xml/no_returns.xml")) == []


def test_an_old_encoding_that_is_declared_is_believed(put: Any) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-2"?><a><return_details><merchant_sku>Łódź</merchant_sku></return_details></a>'
    assert returns(put(text.encode("iso-8859-2"))) == [{"sku": "Łódź"}]


def test_space_before_the_declaration_and_comments_in_texts_do_not_matter(put: Any) -> None:
    path = put('\n\n<?xml version="1.0"?>\n<r><return_details><order_id>1<!-- - -->2</order_id></return_details></r>')
    assert [(line, row["order_id"]) for line, row in returns_xml.rows(path, "r")] == [(4, "12")]


@pytest.mark.parametrize(
    ("quantities", "is_read"),
    [(("1", "2.0"), "3"), (("1", "two"), "two"), (("", "2"), "2"), (("", " "), None)],
)
def test_quantities_that_cannot_be_added_are_passed_on_to_be_refused(put: Any, quantities: Any, is_read: Any) -> None:
    items = "".join(
        f"<item_details><asin>{at}</asin><return_quantity>{text}</return_quantity></item_details>"
        for at, text in enumerate(quantities)
    )
    ((_, row),) = returns_xml.rows(put(f"<r><return_details>{items}</return_details></r>"), "r")
    assert row["quantity"] == is_read


def test_refunds_of_several_items_are_not_half_added(put: Any) -> None:
    items = "".join(f"<item_details><refund_amount>{text}</refund_amount></item_details>" for text in ("1.50", "2,50"))
    ((_, row),) = returns_xml.rows(put(f"<r><return_details>{items}</return_details></r>"), "r")
    assert row["refunded_amount"] is None


def test_memory_stays_flat_however_many_returns(tmp_path: Path) -> None:
    text = sample("returns_xml/no_declaration.xml").read_text()
    at, end = text.index("    <return_details>"), text.index("  </Message>")

    def peak(times: int) -> int:
        path = tmp_path / "many.xml"
        with path.open("w") as stream:
            stream.write(text[:at])
            for _ in range(times):
                stream.write(text[at:end])
            stream.write(text[end:])
        tracemalloc.start()
        assert sum(1 for _ in returns_xml.rows(path, "many.xml")) == 2 * times
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)  # what is loaded once
    assert peak(1000) < peak(400) + (1 << 20)


# --- performance V1 -------------------------------------------------------------------------------------------------


def reports(name: str) -> list[dict[str, Any]]:
    found = list(performance_v1.rows(sample("performance_v1/" + name), name))
    for row in found:
        if "metrics" in row:
            row["metrics"] = [{k: v for k, v in one.items() if v is not None} for one in json.loads(row["metrics"])]
    return found


def test_the_us_report_in_the_words_of_v2() -> None:
    (report,) = reports("us.xml")
    assert len(report.pop("pull")) == 64
    metrics = report.pop("metrics")
    assert report == {
        "marketplace": "US", "day": date(2026, 11, 21), "account_status": None,
        "odr_from": date(2026, 9, 7), "odr_to": date(2026, 11, 5),
    }  # fmt: skip
    week, month = {"from": "2026-11-15", "to": "2026-11-21"}, {"from": "2026-10-23", "to": "2026-11-21"}
    tracked = {"from": "2026-10-13", "to": "2026-11-11"}
    assert metrics == [
        {
            "metric": "orderDefectRate", "from": "2026-09-07", "to": "2026-11-05", "rate": "0.005", "status": "GOOD",
            "numerator": 8, "denominator": 1600, "negative_feedback": 5, "claims": 3, "chargebacks": 1,
        },
        {
            "metric": "orderDefectRate", "from": "2026-08-08", "to": "2026-11-05", "rate": "0.0125",
            "numerator": 30, "denominator": 2400, "negative_feedback": 20, "claims": 10, "chargebacks": 0,
        },
        {"metric": "lateShipmentRate", **week, "rate": "0.0105", "numerator": 2, "denominator": 190},
        {
            "metric": "preFulfillmentCancellationRate", **week, "rate": "0.0053", "status": "FAIR",
            "numerator": 1, "denominator": 190,
        },
        {"metric": "refunds", **week, "rate": "0.021", "numerator": 4, "denominator": 190},
        {"metric": "lateShipmentRate", **month, "rate": "0.015", "status": "GOOD", "numerator": 12, "denominator": 800},
        {"metric": "preFulfillmentCancellationRate", **month, "rate": "0.01", "numerator": 8, "denominator": 800},
        {"metric": "refunds", **month, "rate": "0.02", "numerator": 16, "denominator": 800},
        {"metric": "validTrackingRate", **tracked, "rate": "1.000", "status": "GOOD"},
        {"metric": "onTimeDeliveryRate", **tracked, "rate": "0.9640", "status": "POOR"},
        {"metric": "returnDissatisfaction", **month, "rate": "0.000", "status": "NONE", "numerator": 0},
        {"metric": "averageResponseTimeInHours", **week, "score": "4.5"},
        {"metric": "responseUnder24Hours", **week, "numerator": 11},
        {"metric": "productAuthenticityData", "numerator": 2},
        {"metric": "contactResponseTime", "status": "GOOD"},
        {"metric": "policyViolation", "status": "GOOD"},
    ]  # fmt: skip


def test_every_metric_has_the_keys_that_v2_gives_it() -> None:
    (row,) = performance_v1.rows(sample("performance_v1/us.xml"), "us.xml")
    for metric in json.loads(row["metrics"]):
        assert set(metric) - {"claims", "chargebacks", "negative_feedback"} == set(performance_v1.SHAPE)


def test_several_marketplaces_without_a_sixty_day_frame_take_the_longest_up_to_ninety() -> None:
    german, french, unknown = reports("de_several.xml")
    assert (german["marketplace"], german["day"]) == ("DE", None)
    assert (german["odr_from"], german["odr_to"]) == (date(2026, 8, 8), date(2026, 11, 5))
    assert [(one["rate"], one["denominator"], one.get("status")) for one in german["metrics"]] == [
        ("0.025", 120, None),
        ("0.0125", 400, "POOR"),
        ("0.006", 1500, None),
    ]
    assert (french["marketplace"], french["metrics"], french["odr_to"]) == ("FR", [], None)
    assert unknown == {
        "problem": "is not a marketplace we know", "column": "marketplaceId", "value": "A0NOSUCHPLACE",
    }  # fmt: skip


def test_a_bare_ampersand_and_a_lost_bracket_are_mended() -> None:
    (report,) = reports("malformed.xml")
    assert report["marketplace"] == "UK"
    assert (report["odr_from"], report["odr_to"]) == (date(2026, 9, 7), date(2026, 11, 5))
    assert [one["metric"] for one in report["metrics"]] == ["orderDefectRate", "validTrackingRate"]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-01-01", "2026-03-01", "2026-01-01", "2026-03-01"),
        ("2026-01-01T00:00:00Z", "2026-03-01T23:59:59Z", "2026-01-01", "2026-03-01"),
        ("2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-01-01", "2026-03-01"),
        ("2026-01-01T08:00:00Z", "2026-03-02T07:00:00Z", "2026-01-01", "2026-03-01"),
        ("2026-03-01", "2026-01-01", None, None),
        ("soon", "2026-01-01", None, None),
    ],
)
def test_sixty_days_are_sixty_days_however_their_end_is_written(
    put: Any, start: str, end: str, first: Any, last: Any
) -> None:
    frame = f"<timeFrame><start>{start}</start><end>{end}</end></timeFrame>"
    other = "<timeFrame><start>2026-01-01</start><end>2026-12-31</end></timeFrame>"
    blocks = "".join(f"<m>{one}<orderWithDefects><rate>1</rate></orderWithDefects></m>" for one in (frame, other))
    place = "<marketplaceId>US</marketplaceId>"
    (row,) = performance_v1.rows(
        put(f"<SellerPerformanceReport>{place}<d>{blocks}</d></SellerPerformanceReport>"), "v1"
    )
    assert (row["odr_from"], row["odr_to"]) == (first and date.fromisoformat(first), last and date.fromisoformat(last))


def test_how_a_report_is_indented_does_not_make_it_another_pull(put: Any) -> None:
    text = sample("performance_v1/us.xml").read_text()
    plain = [row["pull"] for row in performance_v1.rows(put(text), "v1")]
    assert plain == [row["pull"] for row in performance_v1.rows(put(text.replace("  ", "\t")), "v1")]
    assert plain != [row["pull"] for row in performance_v1.rows(put(text.replace("1.25%", "1.26%")), "v1")]


# --- the chargebacks page -------------------------------------------------------------------------------------------


def test_the_chargebacks_page() -> None:
    found = list(chargebacks_page.rows(json.loads(sample("chargebacks_page/page.json").read_text(), parse_float=str)))
    assert [number for number, _ in found] == [1, 2, 3, 4, 5, 6]
    assert all(set(row) <= set(Chargeback.model_fields) for _, row in found)
    assert [{key: text for key, text in row.items() if text is not None} for _, row in found] == [
        {
            "order_id": "111-0000001-0000001", "filed_at": "2026-01-05", "chargeback_id": "CB0000001",
            "reason_code": "13.1", "amount": "19.90", "status": "Pending",
        },
        {
            "order_id": "111-0000002-0000002", "filed_at": "2026-02-03", "chargeback_id": "1000002",
            "reason_code": "4853", "amount": "7", "currency": "USD", "status": "Seller Refunded", "decision": "refunded",
        },
        {
            "order_id": "111-0000003-0000003", "filed_at": "2026-09-05",
            "chargeback_id": "CB0000003/111-0000003-0000003", "amount": "5", "currency": "USD", "status": "Resolved",
        },
        {
            "order_id": "111-0000004-0000004", "filed_at": "2026-09-05",
            "chargeback_id": "CB0000003/111-0000004-0000004", "status": "Resolved",
        },
        {
            "order_id": "111-0000005-0000005", "filed_at": "2026-01-05", "chargeback_id": "CB0000005",
            "status": "Resolved",
        },
        {"filed_at": "lately", "chargeback_id": "CB0000006", "status": "Pending"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filed", "is_read"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05T10:00:00Z", "2026-01-05"),
        ("January 5, 2026", "2026-01-05"),
        ("Jan. 5, 2026", "2026-01-05"),
        ("5 Jan 2026", "2026-01-05"),
        ("01/05/2026", "2026-01-05"),
        ("1/5/2026", "2026-01-05"),
        (1767607200000, "2026-01-05"),
        ({"epoch": "1767607200000"}, "2026-01-05"),
        ("2026-02-30", "2026-02-30"),
        ("Foo 5, 2026", "Foo 5, 2026"),
        ("13/05/2026", "13/05/2026"),
        ("01/05/26", "01/05/26"),
        ({"epoch": 10**400}, None),
        (None, None),
        (["2026-01-05"], None),
    ],
)
def test_filing_dates(filed: Any, is_read: str | None) -> None:
    filing = filed if isinstance(filed, dict) else {"formattedDate": filed}
    for written in (filing, filed):
        ((_, row),) = chargebacks_page.rows({"chargebacks": [{"filingDate": written}]})
        assert row["filed_at"] == is_read


# --- what is hostile or broken --------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "billion laughs": (LAUGHS + "<{0}>&b;</{0}>", "entities"),
    "an external entity": ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><{0}>&x;</{0}>', "entities"),
    "a document type elsewhere": ('<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><{0}/>', "entities"),
    "10,000 levels": ("<r>" * 10_000 + "</r>" * 10_000, "more than 200 levels"),
    "10,000 levels in a record": ("<{0}>" * 10_000, "more than 200 levels"),
    "a huge text": ("<r><{0}><x>" + "y" * (LONGEST - 200) + "</x><x>" + "y" * 900, "holds more than 4 MB"),
    "a huge text beside": ("<r>" + "y" * (LONGEST + 1) + "</r>", "holds more than 4 MB"),
    "a record of empty elements": ("<r><{0}>" + "<x/>" * 70_000, "holds more than 4 MB"),
    "a comment without end": ("<r><!--" + "y" * 3 * LONGEST, "longer than 4 MB"),
    "an endless tag": ("<r " + "y" * 3 * LONGEST, "longer than 4 MB"),
    "a thousand names": ("<r>" + "".join(f"<x{at}/>" for at in range(6_000)) + "</r>", "kinds of elements"),
    "cut off": ("<r>\n<{0}>\n<x>", "broken (line 3: no element found)"),
    "an unknown entity": ("<r>\n<{0}>&nbsp;</{0}><</r>", "broken (line 2: "),
    "two roots": ("<r/>\n<r/>", "broken (line 2: junk after document element)"),
    "empty": ("", "broken (line 1: no element found)"),
    "no XML": ("order-id\tsku\n", "broken (line 1: syntax error)"),
    "a control character": ("<r><{0}>\x0b</{0}></r>", "broken (line 1: not well-formed (invalid token))"),
    "an unbound prefix": ("<x:r/>", "broken (line 1: unbound prefix)"),
}


@pytest.mark.parametrize("situation", HOSTILE)
@pytest.mark.parametrize("reader", READERS)
def test_hostile_and_broken_xml_is_refused_with_a_reason(put: Any, reader: str, situation: str) -> None:
    text, reason = HOSTILE[situation]
    path = put(text.replace("{0}", {"returns_xml": "return_details", "performance_v1": performance_v1.REPORT}[reader]))
    if reader == "performance_v1" and path.stat().st_size > performance_v1.LARGEST:
        reason = "of more than 4 MB"
    with pytest.raises(UnknownFile) as refused:
        list(READERS[reader](path, "made.xml"))
    assert refused.value.message.startswith("made.xml: ")
    assert reason in refused.value.message
    assert refused.value.hint


def test_a_picture_is_no_xml(put: Any) -> None:
    with pytest.raises(UnknownFile, match="an image"):
        list(returns_xml.rows(put(b"\x89PNG\r\n\x1a\n\0\0"), "x"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_befalls_a_file_it_gives_rows_or_is_refused(tmp_path: Path, path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.sampled_from([0, 1, 3, 40, len(content)]))
        content[at : at + gone] = data.draw(
            st.sampled_from([b"", b"&", b"<", b">", b"</", b"\0", b"\xe4", b"&#0;", b"]]>", b"9" * 5000, b"<!--", b"-"])
        )
    made = tmp_path / "made.xml"
    made.write_bytes(content)
    # Anything else that is raised fails the test.
    with suppress(InputRefused):
        assert all(READERS[path.parent.name](made, "made.xml"))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["id", "filingDate", "formattedDate", "epoch", "relatedOrders", "orderAmount", "amount"]),
            inner,
        )
    ),
)


@settings(deadline=None)
@given(ANY_JSON)
def test_whatever_the_page_holds_it_gives_texts(value: Any) -> None:
    for number, row in chargebacks_page.rows({"chargebacks": value}):
        assert number > 0
        assert all(text is None or (isinstance(text, str) and text) for text in row.values())


# --- what a file is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_shows_what_it_is_in_its_first_bytes(path: Path) -> None:
    head = path.read_bytes()[:4096]
    returned = path.parent.name == "returns_xml"
    assert root_name(head) == ("AmazonEnvelope" if returned else "sellerPerformanceReports")
    assert bool(signs(head) & {"return_details", "Returns-Report"}) == returned
    assert ("sellerPerformanceReports" in signs(head)) != returned


@pytest.mark.parametrize(
    ("head", "root"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- <no> --> <a:b c='d'>", "b"),
        (b"<a/>", "a"),
        (b"<a", "a"),
        ("<ä>".encode(), "ä"),
        (b"<!DOCTYPE lolz [<!ENTITY x 'y'>]><lolz>", "lolz"),
        (b"<!-- never closed <a>", None),
        (b'{"a": "<b>"}', None),
        (b"order-id\t<a>", None),
        (b"<3 you", None),
        (b"a<b>", None),
        (b"", None),
        (b"\0", None),
        (b"\x89PNG\r\n", None),
    ],
)
def test_the_name_of_the_root(head: bytes, root: str | None) -> None:
    assert root_name(head) == root
    assert root or not signs(head)
