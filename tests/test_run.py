"""`atoz run`: each file once, safe twice at once and when killed, notices never twice and never lost; a week of cron, day by day."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from atoz_cli import runs
from atoz_cli.answers.check import Alert
from atoz_cli.answers.runs import Ran
from atoz_cli.cli import run as command
from atoz_cli.errors import StoreBusy
from atoz_cli.runs.telling import fresh, is_quiet, key
from oracle import Row, write

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def alert(code: str = "odr_missed", weight: int = 1, **more: Any) -> Alert:
    told = {
        "account": "default",
        "marketplace": "US",
        "channel": "mfn",
        "severity": "error",
        "about": "odr",
        "act_by": None,
    }
    return Alert(**(told | {"code": code, "weight": weight, "message": f"{code} {weight}", "hint": "atoz odr"} | more))  # type: ignore[arg-type]


class Desk:
    """A folder with a store, an inbox and targets, and what was sent to them."""

    def __init__(self, folder: Path, targets: tuple[str, ...] = ("mail",)) -> None:
        self.folder, self.inbox = folder, folder / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self.sent: list[tuple[str, str, str]] = []
        self.taken = True
        self.alerts: list[Alert] = []
        self.targets = {name: f"{name}://secret" for name in targets}

    def plan(self, **more: Any) -> runs.Plan:
        usual = {
            "store": self.folder / "s.duckdb",
            "folders": (runs.Folder(self.inbox, "default"),),
            "settle": 0.0,
            "wait": 1.0,
        }
        return runs.Plan(**(usual | {"targets": self.targets} | more))  # type: ignore[arg-type]

    def run(self, now: datetime = NOW, **more: Any) -> Ran:
        def send(address: str, title: str, body: str) -> bool:
            if self.taken:
                self.sent.append((address, title, body))
            return self.taken

        return runs.run(self.plan(**more), lambda: self.alerts, self.report, send, now)

    def report(self, path: Path) -> None:
        path.write_text("a report")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


ORDER: Row = {
    "order_id": "111-0000000-0000001",
    "placed_at": "2026-10-01T12:00:00Z",
    "marketplace": "US",
    "channel": "mfn",
}


def orders(desk: Desk, name: str, *numbers: int) -> Path:
    rows = [ORDER | {"order_id": f"111-0000000-{number:07d}", "order_item_id": "1"} for number in numbers]
    (path,) = write(desk.folder / "made", {"orders": rows})
    return path.rename(desk.inbox / name)


# --- files ---------------------------------------------------------------------------------------------------------


def test_each_file_is_imported_once(desk: Desk) -> None:
    orders(desk, "one.csv", 1, 2)
    first, second = desk.run(), desk.run()
    assert [(one.file, one.source, one.added) for one in first.brought] == [("one.csv", "orders", 2)]
    assert second.brought == [] and second.exit_status == 0


def test_a_file_that_changed_is_imported_again(desk: Desk) -> None:
    orders(desk, "one.csv", 1)
    desk.run()
    orders(desk, "one.csv", 1, 2)
    (again,) = desk.run().brought
    assert again.added == 1


def test_a_file_that_was_only_touched_is_not(desk: Desk) -> None:
    path = orders(desk, "one.csv", 1)
    desk.run()
    os.utime(path, (time.time() - 5, time.time() - 5))
    assert desk.run().brought == []


@pytest.mark.parametrize("name", ["one.csv.part", "one.csv.crdownload", ".hidden.csv", "~$one.csv"])
def test_what_is_still_being_written_or_hidden_waits(desk: Desk, name: str) -> None:
    orders(desk, "one.csv", 1).rename(desk.inbox / name)
    assert desk.run().brought == []
    (desk.inbox / name).rename(desk.inbox / "one.csv")
    assert len(desk.run().brought) == 1


def test_a_file_written_to_just_now_waits(desk: Desk) -> None:
    orders(desk, "one.csv", 1)
    early = desk.run(settle=60.0)
    assert (early.brought, early.unfinished) == ([], 1)
    assert len(desk.run().brought) == 1


def test_a_broken_file_is_refused_once_and_the_others_are_imported(desk: Desk) -> None:
    orders(desk, "good.csv", 1)
    (desk.inbox / "broken.zip").write_bytes(b"PK\x03\x04 and nothing of a zip")
    ran = desk.run()
    assert ran.exit_status == 3
    assert {one.file: one.error is None for one in ran.brought} == {"good.csv": True, "broken.zip": False}
    assert desk.run().exit_status == 0


def test_what_is_nothing_of_ours_is_passed_over(desk: Desk) -> None:
    (desk.inbox / "letter.txt").write_text("Dear Sir or Madam")
    (one,) = desk.run().brought
    assert one.source is None and one.error is None


def test_files_are_moved_as_configured_and_none_is_written_over(desk: Desk) -> None:
    for _ in range(2):
        orders(desk, "one.csv", 1)
        (desk.inbox / "broken.zip").write_bytes(b"PK\x03\x04" + os.urandom(8))
        desk.run(after="move", refused=desk.folder / "refused")
    assert sorted(path.name for path in (desk.inbox / "imported").iterdir()) == ["one-2.csv", "one.csv"]
    assert sorted(path.name for path in (desk.folder / "refused").iterdir()) == ["broken-2.zip", "broken.zip"]
    assert [path.name for path in desk.inbox.iterdir()] == ["imported"]


def test_a_folder_that_is_not_there_is_said(desk: Desk) -> None:
    desk.inbox.rmdir()
    ran = desk.run()
    assert ran.exit_status == 2 and "no folder" in ran.problems[0]


def test_a_dry_run_keeps_nothing_and_sends_nothing(desk: Desk) -> None:
    orders(desk, "one.csv", 1)
    desk.alerts = [alert()]
    ran = desk.run(dry_run=True, reports=(desk.folder / "r.html",))
    assert len(ran.brought) == 1 and ran.told[0].problem == "dry run"
    assert desk.sent == [] and sorted(path.name for path in desk.folder.iterdir()) == [
        "inbox",
        "made",
        "s.duckdb.run.lock",
    ]


# --- one at a time -------------------------------------------------------------------------------------------------


def test_the_second_run_leaves_when_it_has_waited(desk: Desk) -> None:
    from atoz_cli.runs.lock import alone

    with alone(desk.plan().lock, 0), pytest.raises(StoreBusy, match="another"):
        desk.run(wait=0.2)
    assert desk.run().exit_status == 0


# --- notices -------------------------------------------------------------------------------------------------------


def test_nothing_is_told_twice(desk: Desk) -> None:
    desk.alerts = [alert(), alert("claim_due", 0, about="111-1", account="north")]
    desk.run()
    desk.run()
    ((address, title, body),) = desk.sent
    assert address == "mail://secret" and title == "atoz: 2 new findings, 2 to act on"
    assert body == "! odr_missed 1\n! north: claim_due 0"


def test_what_gets_worse_is_told_again_and_what_gets_better_is_not(desk: Desk) -> None:
    for weight in (1, 3, 2, 3, 4):
        desk.alerts = [alert(weight=weight)]
        desk.run()
    assert [body for _, _, body in desk.sent] == [
        "! odr_missed 1",
        "! odr_missed 3",
        "! odr_missed 3",
        "! odr_missed 4",
    ]


def test_what_comes_back_is_told_again(desk: Desk) -> None:
    for alerts in ([alert()], [], [alert()]):
        desk.alerts = alerts
        desk.run()
    assert len(desk.sent) == 2


def test_what_a_target_did_not_take_is_told_at_the_next_run(desk: Desk) -> None:
    desk.alerts, desk.taken = [alert()], False
    failed = desk.run()
    desk.taken = True
    assert failed.exit_status == 2 and desk.sent == []
    desk.run()
    desk.run()
    assert len(desk.sent) == 1


def test_one_target_that_fails_does_not_keep_the_other_from_being_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ("bad", "good"))
    desk.alerts = [alert()]

    def send(address: str, title: str, body: str) -> bool:
        desk.sent.append((address, title, body))
        return address.startswith("good")

    for _ in range(2):
        runs.run(desk.plan(), lambda: desk.alerts, desk.report, send, NOW)
    assert [address for address, _, _ in desk.sent] == ["bad://secret", "good://secret", "bad://secret"]


def test_in_quiet_hours_nobody_is_told_and_after_them_everything(desk: Desk) -> None:
    desk.alerts = [alert()]
    desk.run(NOW.replace(hour=23), quiet=(22 * 60, 7 * 60))
    assert desk.sent == []
    desk.run(NOW.replace(hour=7), quiet=(22 * 60, 7 * 60))
    assert len(desk.sent) == 1


@pytest.mark.parametrize(
    ("quiet", "at", "is_it"),
    [
        ((22 * 60, 7 * 60), (21, 59), False), ((22 * 60, 7 * 60), (22, 0), True), ((22 * 60, 7 * 60), (6, 59), True),
        ((22 * 60, 7 * 60), (7, 0), False), ((60, 120), (1, 0), True), ((60, 120), (2, 0), False), (None, (3, 0), False),
    ],
)  # fmt: skip
def test_quiet_hours_may_go_over_midnight(quiet: tuple[int, int] | None, at: tuple[int, int], is_it: bool) -> None:
    assert is_quiet(NOW.replace(hour=at[0], minute=at[1]), quiet) is is_it


def test_quiet_hours_are_of_the_time_zone(desk: Desk) -> None:
    desk.alerts = [alert()]
    desk.run(NOW.replace(hour=22), quiet=(22 * 60, 23 * 60), timezone="Asia/Tokyo")  # it is 7 in the morning there
    assert len(desk.sent) == 1


def test_only_the_severities_asked_for_are_told(desk: Desk) -> None:
    desk.alerts = [alert("headroom_low", severity="warning"), alert()]
    desk.run(severities=("error",))
    assert "headroom_low" not in desk.sent[0][2]


def test_the_key_of_a_finding_is_what_it_is_about() -> None:
    assert key(alert()) == key(alert(weight=7, message="other words"))
    assert key(alert()) != key(alert(account="north")) != key(alert(marketplace="DE"))
    assert fresh([alert(weight=2)], {key(alert()): 2}) == []


def test_the_state_keeps_no_address(desk: Desk) -> None:
    desk.alerts = [alert()]
    desk.run()
    assert "secret" not in desk.plan().state.read_text()


# --- real targets --------------------------------------------------------------------------------------------------


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[Any]]]:
    """A server on this machine that takes JSON."""
    got: list[Any] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/hook", got
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore")  # of apprise itself
def test_a_webhook_gets_it(desk: Desk, webhook: tuple[str, list[Any]]) -> None:
    address, got = webhook
    desk.alerts = [alert()]
    ran = runs.run(desk.plan(targets={"hook": address}), lambda: desk.alerts, desk.report, runs.through_apprise(), NOW)
    assert ran.told[0].findings == 1
    assert (got[0]["title"], got[0]["message"]) == ("atoz: 1 new finding, 1 to act on", "! odr_missed 1")


@pytest.mark.filterwarnings("ignore")  # of apprise itself
def test_a_mail_server_gets_it_and_one_that_is_down_loses_nothing(desk: Desk) -> None:
    from aiosmtpd.controller import Controller

    got: list[str] = []

    class Box:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            got.append(envelope.content.decode())
            return "250 OK"

    running = Controller(Box(), hostname="127.0.0.1", port=_free_port())
    address = f"mailto://127.0.0.1:{running.port}?from=atoz@example.com&to=me@example.com"
    desk.alerts = [alert()]

    def go() -> Ran:
        return runs.run(
            desk.plan(targets={"mail": address}), lambda: desk.alerts, desk.report, runs.through_apprise(), NOW
        )

    assert go().exit_status == 2 and got == []  # nobody listens yet
    running.start()
    try:
        assert go().told[0].findings == 1
        go()
    finally:
        running.stop()
    assert len(got) == 1 and "atoz: 1 new finding" in got[0]


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# --- as a process --------------------------------------------------------------------------------------------------

CONFIG = """
store = "s.duckdb"
[run]
folders = ["inbox"]
settle = "0s"
reports = ["report.json"]
log = "atoz.log"
[check]
unreconciled = "0d"
[check.stale]
report = "0d"
"""


def cron(folder: Path, *options: str, **how: Any) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    return subprocess.run(
        [sys.executable, "-m", "atoz_cli", "run", *options], cwd=folder, env=environment, capture_output=True, text=True,
        check=False, **how,
    )  # fmt: skip


def week(number: int) -> dict[str, list[Row]]:
    """What a day's downloads hold."""
    placed = datetime(2026, 10, 1, 12, tzinfo=UTC) + number * DAY
    rows = [
        ORDER
        | {
            "order_id": f"111-000000{number}-{at:07d}",
            "order_item_id": "1",
            "placed_at": placed.isoformat(),
            "status": "Shipped",
        }
        for at in range(40)
    ]
    claims = [
        {"order_id": rows[at]["order_id"], "filed_at": str((placed + 9 * DAY).date()), "claim_id": f"C{number}{at}", "status": "closed",
         "decision": "granted" if at else "denied", "decided_at": str((placed + 12 * DAY).date()), "amount": "20.00", "currency": "USD"}
        for at in range(2)
    ]  # fmt: skip
    return {
        "orders": rows,
        "claims": claims,
        "feedback": [{"order_id": rows[5]["order_id"], "left_at": str(placed.date() + 3 * DAY), "rating": "1"}],
    }


def test_a_week_of_cron_ends_as_if_all_files_had_come_cleanly(tmp_path: Path) -> None:
    """Files come late, twice, broken and out of order, and processes are killed; the report is that of a clean store."""
    rough, clean = tmp_path / "rough", tmp_path / "clean"
    files: dict[int, list[Path]] = {}
    for folder in (rough, clean):
        (folder / "inbox").mkdir(parents=True)
        (folder / "atoz.toml").write_text(CONFIG)
    for number in range(7):
        files[number] = write(tmp_path / "made" / str(number), week(number))
    for number, made in files.items():
        for path in made:
            (clean / "inbox" / f"{number}-{path.name}").write_bytes(path.read_bytes())
    order = [3, 0, 0, 1, 6, 2, 5]  # day 4 never comes by itself; day 0 comes twice
    for step, number in enumerate(order):
        for path in files[number]:
            whole = path.read_bytes()
            broken = step == 3 and path.name == "orders.csv"  # cut off in the middle, whole the day after
            (rough / "inbox" / f"{step}-{path.name}").write_bytes(whole[: len(whole) // 2] if broken else whole)
        if step in (1, 4):
            _killed(rough, 0.25 + 0.15 * step)
        as_of = f"2026-11-{16 + step}"
        assert cron(rough, "--as-of", as_of).returncode in (0, 1, 3, 4)
    for path in files[4]:
        (rough / "inbox" / f"late-{path.name}").write_bytes(path.read_bytes())
    for path in files[1]:
        (rough / "inbox" / f"again-{path.name}").write_bytes(path.read_bytes())
    for folder in (rough, clean):
        ended = cron(folder, "--as-of", "2026-11-22")
        assert ended.returncode in (0, 1), ended.stderr
    assert (rough / "report.json").read_bytes() == (clean / "report.json").read_bytes()
    assert json.loads((clean / "report.json").read_text())["data"][0]["odr"][0]["orders"] == 280
    assert len((rough / "atoz.log").read_text().splitlines()) == len(order) + 1


def _killed(folder: Path, after: float) -> None:
    """A run that is killed where it stands."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    running = subprocess.Popen(
        [sys.executable, "-m", "atoz_cli", "run"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    time.sleep(after)
    running.send_signal(signal.SIGKILL)
    running.wait()


def test_two_at_once_do_it_once(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "atoz.toml").write_text(CONFIG)
    for path in write(tmp_path / "made", week(0)):
        path.rename(tmp_path / "inbox" / path.name)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    both = [
        subprocess.Popen([sys.executable, "-m", "atoz_cli", "run", "--as-of", "2026-11-22"], cwd=tmp_path, env=environment,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    said = [one.communicate(timeout=60)[0] for one in both]
    assert all(one.returncode in (0, 1) for one in both)
    assert sum("rows added" in text for text in said) == 1


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (None, "no configuration"),
        ("[run]\nfolders = []\n", "nothing is configured"),
        ("[run]\nfoldres = ['x']\n", "did you mean run.folders"),
        ("store = ", "no TOML"),
    ],
)
def test_what_cannot_be_run_is_said(tmp_path: Path, config: str | None, says: str) -> None:
    if config is not None:
        (tmp_path / "atoz.toml").write_text(config)
    ended = cron(tmp_path)
    assert ended.returncode == 2 and says in ended.stderr and "Traceback" not in ended.stderr


def test_the_command_tells_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "atoz.toml").write_text(CONFIG.replace('log = "atoz.log"\n', ""))
    monkeypatch.chdir(tmp_path)
    _forget()
    for path in write(tmp_path / "made", week(0)):
        path.rename(tmp_path / "inbox" / path.name)
    assert command(["run", "--as-of", "2026-11-22"]) == 1
    out, err = capsys.readouterr()
    assert "orders.csv: orders, 40 rows added" in out and "error odr_missed" in out
    assert "something is to be done: as of 2026-11-22; 3 new files; 43 rows added" in err


def _forget() -> None:
    """The configuration is read once a process: here another one begins."""
    from atoz_cli.config import plain

    forget: Callable[[], None] = plain.cache_clear
    forget()
