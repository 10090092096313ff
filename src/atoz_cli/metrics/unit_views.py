"""Windows and the policy of their days in, `unit_days` out: every unit of a kind, counted by the days and moments that matter.

A unit is what a metric counts. The `.sql` of its kind says between which moments it may be in a window (`first_at`,
`last_at`), from when until when it is known (`known_at`, `gone_at`), since when it is in the numerator (`hit_at`) and
since when it may be (`doubt_at`, `why`). Here moments become days, and the number of the first moment asked about by
which they are past; alike units are added up, so that many windows join a few thousand rows and never the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, timedelta

from msgspec import Struct

from atoz_cli.metrics.metric import Channels
from atoz_cli.metrics.question import Question, Store, filters, moments, sql, text
from atoz_cli.metrics.steps import day_of, step_of
from atoz_cli.metrics.unit_kinds import KINDS, WORD, Kind
from atoz_cli.policy import Rule

Value = str | int
SPARE = timedelta(days=2)
"""Whatever the time zone, and whenever an order of the last day was placed."""


class Laid(Struct, frozen=True):
    """What a kind is counted for: the first and last day of its windows, and the policy by era and marketplace."""

    starts_on: date
    ends_on: date
    channels: Channels
    rules: Mapping[tuple[int, str], Rule]

    @property
    def promises(self) -> int:
        """Days after its placing in which an order without a known promise may be in a window; 0 where its own day counts."""
        return max(int(rule.get("longest_promise_days", 0)) for rule in self.rules.values())

    @property
    def since(self) -> date:
        """No order placed earlier can be of interest, but for a promise that is known."""
        return self.starts_on - timedelta(days=self.promises) - SPARE

    @property
    def until(self) -> date:
        """No younger one either."""
        return self.ends_on + SPARE

    @property
    def any_age(self) -> bool:
        """Whether orders are of interest however old they are: the day they were placed says nothing."""
        return any(rule.get("day") == "ship_by" for rule in self.rules.values())


def put_units(store: Store, question: Question, laid: Mapping[str, Laid], facts: Set[str]) -> None:
    """`unit_days`, of all the kinds together; `facts` as `seen` tells them. Kinds of one `.sql` are counted at once."""
    ours = [one for one in laid.values() if one.channels == "mfn"]
    if ours:
        _keep_orders(store, question, ours)
    files = dict.fromkeys(KINDS[name].sql for name in laid)
    for file in files:
        named = {name: one for name, one in laid.items() if KINDS[name].sql == file}
        kind = KINDS[next(iter(named))]
        columns = {"kind": WORD, "era": "INTEGER", "marketplace": WORD}
        columns |= {column: sort for column, (sort, _) in kind.rules.items()}
        rows = [
            (name, era, place, *(_value(rule, sort, key) for sort, key in KINDS[name].rules.values()))
            for name, one in named.items()
            for (era, place), rule in one.rules.items()
        ]
        store.put("unit_rules", columns, rows)
        INPUTS[file](store, question, _together(list(named.values())), facts)
        store.keep(f"{file}_by_day", _days(kind, question))
    store.view("unit_days", " UNION ALL ".join(f"SELECT * FROM {file}_by_day" for file in files))


def _together(several: Sequence[Laid]) -> Laid:
    first = several[0]
    starts_on, ends_on = min(one.starts_on for one in several), max(one.ends_on for one in several)
    return Laid(starts_on, ends_on, first.channels, {key: rule for one in several for key, rule in one.rules.items()})


def _value(rule: Rule, sort: str, key: str) -> Value:
    value = key[1:] if key.startswith("=") else rule[key]
    if sort != "INTERVAL":
        return str(value)
    return f"{value} {'hours' if key == 'hours' else 'days'}"


# --- what the kinds are made of, with the moments that the policy adds --------------------------------------------------


def _keep_orders(store: Store, question: Question, ours: Sequence[Laid]) -> None:
    """`own_orders` and `own_packages`: what several kinds look at, read once."""
    older = ""
    if not any(one.any_age for one in ours):
        older = f"placed_at >= TIMESTAMP '{min(one.since for one in ours)}'"
        promised = [one.starts_on - SPARE for one in ours if one.promises]
        if promised:
            due = f"deliver_by >= TIMESTAMP '{min(promised)}'"
            older = f"({older} OR {due} OR order_id IN (SELECT order_id FROM shipments WHERE {due}))"
    tests = [f"placed_at < TIMESTAMP '{max(one.until for one in ours)}'", "coalesce(channel, '') <> 'afn'"]
    store.keep("own_orders", _orders(question, [*tests, *([older] if older else [])]))
    store.keep(
        "own_packages",
        "SELECT o.*, s.import_id, s.tracking_number, upper(trim(s.ship_from)) AS ship_from, s.ship_by AS package_ship_by, "
        "s.confirmed_at, s.shipped_at, s.first_scan_at, coalesce(s.deliver_by, o.deliver_by) AS promise_at, s.delivered_at "
        "FROM own_orders o JOIN shipments s USING (account, order_id)",
    )


def _orders(question: Question, tests: Sequence[str]) -> str:
    """The orders that pass the tests and are asked for, blanks for what is not known."""
    all_tests = ["coalesce(sales_channel, '') <> 'non_amazon'", *tests]
    all_tests += [f"{name} = {text(value)}" for name, value in filters(question).items()]
    return (
        "SELECT account, order_id, coalesce(marketplace, '') AS marketplace, coalesce(channel, '') AS channel, placed_at, "
        f"status, ship_by, deliver_by, buyer_requested_cancel FROM orders WHERE {' AND '.join(all_tests)}"
    )


def _own(store: Store, one: Laid, metric: str, facts: Set[str]) -> None:
    """`unit_orders`, `unit_packages` and `listed`: the orders of one kind, their packages, and Amazon's own list of them."""
    tests = [f"placed_at < TIMESTAMP '{one.until}'"]
    tests += [] if one.any_age or one.promises else [f"placed_at >= TIMESTAMP '{one.since}'"]
    for view, among in (("unit_orders", "own_orders"), ("unit_packages", "own_packages")):
        store.view(view, f"SELECT * FROM {among} WHERE {' AND '.join(tests)}")
    if metric in facts:
        store.view("listed", f"SELECT * FROM health_orders WHERE metric = '{metric}'")
    else:
        store.put("listed", LISTED, [])


LISTED = {
    "account": WORD, "order_id": WORD, "tracking_number": WORD, "valid_tracking": "BOOLEAN", "late": "BOOLEAN",
    "counts": "BOOLEAN", "category": WORD,
}  # fmt: skip


def _late(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    _own(store, one, "late_shipments", facts)


def _cancelled(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    """And the items of those orders."""
    _own(store, one, "cancellations", facts)
    _items(store)


def _items(store: Store) -> None:
    """`unit_items`: no item was changed before its order was placed, which spares reading most of them."""
    ((oldest,),) = store.ask("SELECT min(placed_at) FROM unit_orders")
    recent = f"(updated_at >= TIMESTAMP '{oldest}' OR updated_at IS NULL)" if oldest else "FALSE"
    store.view("unit_items", f"SELECT account, order_id, item_status, quantity FROM items WHERE {recent}")


def _tracked(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    """And the promised moments, and the origins whose packages need two scans."""
    _own(store, one, "tracking", facts)
    _promises(store)
    origins = [(*key, origin) for key, rule in one.rules.items() for origin in rule["two_scan_origins"]]
    store.put("two_scan_origins", {"era": "INTEGER", "marketplace": WORD, "origin": WORD}, origins)


def _delivered(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    _own(store, one, "on_time_delivery", facts)
    _items(store)
    _promises(store)


def _promises(store: Store) -> None:
    """`order_times` and `package_times`: orders and packages with the days that were promised, on the clock of the policy.

    A package is known since the first thing that is told of it.
    """
    store.view(
        "order_times",
        f"SELECT r.kind, r.era, o.*, o.placed_at + r.reach AS latest_at, {_local('o.deliver_by')} AS promised_at "
        "FROM unit_orders o JOIN unit_rules r USING (marketplace) WHERE coalesce(o.status, '') <> 'cancelled'",
    )
    store.view(
        "package_times",
        f"SELECT r.kind, r.era, p.*, p.placed_at + r.reach AS latest_at, {_local('p.promise_at')} AS promised_at, "
        f"CAST(CAST({_local('p.promise_at')} AS DATE) + r.too_late AS TIMESTAMP) AS too_late_at, "
        "least(p.first_scan_at, p.delivered_at) AS scanned_at, greatest(p.placed_at, coalesce(least(p.confirmed_at, "
        "p.shipped_at, p.first_scan_at, p.delivered_at), p.placed_at)) AS known_at, p.import_id IN (SELECT import_id FROM "
        "shipments WHERE tracking_number IS NOT NULL) AS tells_tracking "
        "FROM unit_packages p JOIN unit_rules r USING (marketplace) WHERE coalesce(p.status, '') <> 'cancelled'",
    )


def _local(moment: str) -> str:
    """A moment on the clock of the policy's zone: what is told in UTC stays as it is."""
    return f"CASE WHEN r.zone = 'UTC' THEN {moment} ELSE timezone(r.zone, timezone('UTC', {moment})) END"


def _messages(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    """`message_times`: each message with the moment until which it is to be answered."""
    store.view(
        "message_times",
        "SELECT r.kind, r.era, m.*, r.about, m.received_at + r.span AS due_at FROM "
        f"({_placed(question, one, 'messages', 'received_at', 'topic, received_at, answered_at')}) m "
        "JOIN unit_rules r USING (marketplace)",
    )


def _returns(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    """`placed_returns`: each return request with the marketplace of its order."""
    store.view("placed_returns", _placed(question, one, "returns", "requested_at", "requested_at, status, in_policy"))


def _placed(question: Question, one: Laid, among: str, moment: str, columns: str) -> str:
    """The rows of a fact in the windows, each with the marketplace of its order."""
    tests = [f"{moment} >= TIMESTAMP '{one.since}'", f"{moment} < TIMESTAMP '{one.until}'"]
    facts = f"SELECT account, order_id, {columns} FROM {among} WHERE {' AND '.join(tests)}"
    orders = f"SELECT account, order_id, marketplace FROM orders WHERE order_id IN (SELECT order_id FROM ({facts}))"
    narrowed = [f"{name} = {text(value)}" for name, value in filters(question).items() if name != "channel"]
    return (
        f"SELECT * FROM (SELECT f.*, coalesce(o.marketplace, '') AS marketplace FROM ({facts}) f LEFT JOIN ({orders}) o "
        f"USING (account, order_id)) WHERE {' AND '.join(narrowed) or 'TRUE'}"
    )


def _refunded(store: Store, question: Question, one: Laid, facts: Set[str]) -> None:
    """`unit_orders`, of every channel."""
    tests = [f"placed_at >= TIMESTAMP '{one.since}'", f"placed_at < TIMESTAMP '{one.until}'"]
    store.view("unit_orders", _orders(question, tests))


INPUTS: Mapping[str, Callable[[Store, Question, Laid, Set[str]], None]] = {
    "late_units": _late,
    "cancelled_units": _cancelled,
    "tracked_units": _tracked,
    "delivered_units": _delivered,
    "message_units": _messages,
    "return_units": _returns,
    "refund_units": _refunded,
}


# --- moments become days and steps -------------------------------------------------------------------------------------


def _days(kind: Kind, question: Question) -> str:
    """The units of one `.sql`, alike ones added up."""
    asked = moments(question)
    zone = "UTC" if kind.local else question.timezone
    columns = [
        "kind", "era", "account", "marketplace", "channel", "grp",
        *(f"{day_of(f'{end}_at', zone)} AS {end}_on" for end in ("first", "last")),
        *(f"{step_of(f'{what}_at', asked)} AS {what}_on" for what in ("known", "gone", "hit", "doubt")),
    ]  # fmt: skip
    counted = f"SELECT {', '.join(columns)}, why, SUM(units) AS units FROM ({sql(kind.sql)}) GROUP BY ALL"
    return f"SELECT * FROM ({counted}) WHERE known_on IS NOT NULL AND (gone_on IS NULL OR gone_on > known_on)"
