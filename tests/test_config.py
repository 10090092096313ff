"""`atoz.toml`: which value beats which, where each is from, and what is wrong said with file, key, reason and way out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.cli import watching
from atoz_cli.config import KEYS
from atoz_cli.config.example import example
from atoz_cli.config.load import load, origins
from atoz_cli.config.model import Settings
from atoz_cli.errors import BadConfig


class Home:
    """A working folder and a user's config folder of one's own."""

    def __init__(self, folder: Path) -> None:
        self.here, self.user = folder / "work", folder / "user"
        self.here.mkdir()
        self.user.mkdir()

    def write(self, text: str, whose: str = "here") -> Path:
        path = self.here / "atoz.toml" if whose == "here" else self.user / "atoz" / "atoz.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def atoz(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
        places = {"XDG_CONFIG_HOME": str(self.user), "HOME": str(self.user), "XDG_DATA_HOME": str(self.user)}
        return subprocess.run(
            [sys.executable, "-m", "atoz_cli", *arguments], cwd=self.here, env=clean | places | environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def shown(self, key: str, **environment: str) -> tuple[Any, str]:
        """The value of a key and where it is from."""
        ran = self.atoz("config", "show", "--json", **environment)
        assert ran.returncode == 0, ran.stderr
        found = {one["key"]: one for one in json.loads(ran.stdout)["data"]}
        return found[key]["value"], found[key]["origin"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


# --- which beats which ---------------------------------------------------------------------------------------------


def test_the_environment_beats_this_folder_which_beats_the_user_who_beats_the_default(home: Home) -> None:
    assert home.shown("check.due") == ("24h", "default")
    users = home.write('[check]\ndue = "48h"\n', "user")
    assert home.shown("check.due") == ("2d", str(users))
    mine = home.write('[check]\ndue = "36h"\n')
    assert home.shown("check.due") == ("36h", str(mine))
    assert home.shown("check.due", ATOZ_CHECK__DUE="12h") == ("12h", "environment")


def test_tables_of_two_files_merge(home: Home) -> None:
    users = home.write('timezone = "Asia/Tokyo"\n[limits]\nheadroom = 9\n', "user")
    mine = home.write('[limits]\nmissed_within = "7d"\n')
    assert home.shown("limits.headroom") == (9, str(users)) and home.shown("limits.missed_within") == ("7d", str(mine))
    assert home.shown("timezone") == ("Asia/Tokyo", str(users))


def test_atoz_config_names_one_file_instead_of_both(home: Home) -> None:
    home.write('account = "here"\n')
    other = home.here / "other.toml"
    other.write_text('account = "other"\n')
    assert home.shown("account", ATOZ_CONFIG=str(other)) == ("other", str(other))
    assert home.shown("account", ATOZ_CONFIG="") == ("default", "default")


def test_the_store_the_account_and_the_zone_reach_the_commands(home: Home, tmp_path: Path) -> None:
    home.write('store = "data/my.duckdb"\naccount = "north"\ntimezone = "America/Los_Angeles"\n')
    (home.here / "data").mkdir()
    header = "order_id,placed_at,marketplace,channel\n"
    orders = (
        header + "111-0000000-0000001,2026-09-09T03:00:00Z,US,mfn\n111-0000000-0000002,2026-10-01T12:00:00Z,US,mfn\n"
    )
    (home.here / "orders.csv").write_text(orders)
    assert home.atoz("import", "orders.csv").returncode == 0
    assert (home.here / "data" / "my.duckdb").is_file()
    (row,) = json.loads(home.atoz("odr", "--json", "--as-of", "2026-11-22").stdout)["data"]
    assert (row["account"], row["orders"]) == ("north", 1)  # in Los Angeles the first is of 2026-09-08
    (row,) = json.loads(home.atoz("odr", "--json", "--as-of", "2026-11-22", "--timezone", "UTC").stdout)["data"]
    assert row["orders"] == 2
    assert home.atoz("odr", "--store", str(tmp_path / "none.duckdb")).returncode == 4
    assert home.atoz("import", "orders.csv", "--account", "south").returncode == 0
    rows = json.loads(home.atoz("odr", "--json", "--as-of", "2026-11-22").stdout)["data"]
    assert [one["account"] for one in rows] == ["north", "south"]


def test_a_policy_of_ones_own_is_read(home: Home) -> None:
    home.write('policy = "mine.toml"\n')
    (home.here / "mine.toml").write_text("[[odr.change]]\nfrom = 2026-01-01\nlag_days = 20\n")
    shown = home.atoz("rules", "odr", "--json", "--as-of", "2026-11-22")
    lag = next(one for one in json.loads(shown.stdout)["data"] if one["rule"] == "odr.lag_days")
    assert (lag["value"], lag["yours"]) == (20, True)


def test_limits_of_an_account_reach_the_check(home: Home) -> None:
    home.write('store = "s.duckdb"\n[limits]\nheadroom = 1\n[accounts.north]\nlimits = { headroom = 5 }\n')
    rows = "".join(f"111-0000000-{at:07d},2026-10-01T12:00:00Z,US,mfn\n" for at in range(450))
    (home.here / "orders.csv").write_text("order_id,placed_at,marketplace,channel\n" + rows)
    for name in ("north", "south"):
        assert home.atoz("import", "orders.csv", "--account", name).returncode == 0
    found = json.loads(home.atoz("check", "--json", "--as-of", "2026-11-22").stdout)["data"]
    assert [one["account"] for one in found if one["code"] == "headroom_low"] == ["north"]  # 450 orders: 4 to go


# --- what is wrong -------------------------------------------------------------------------------------------------

WRONG = [
    ("[chekc]\ndue = '1h'\n", "chekc: there is no such key", "did you mean check?"),
    ("[check]\ndeu = '1h'\n", "check.deu: there is no such key", "did you mean check.due?"),
    ("[accounts.north]\nfolder = ['x']\n", "accounts.north.folder", "did you mean accounts.north.folders?"),
    ("[check]\ndue = 'soon'\n", "check.due: 'soon' is not a duration", "config show --origin"),
    ("[limits]\nrates.odr = '120%'\n", "is not a rate between 0 and 100 %", "config show --origin"),
    ("[limits]\nheadroom = -1\n", "limits.headroom: -1", "config show --origin"),
    ("timezone = 'Mars'\n", "timezone", "config show --origin"),
    ("[accounts.a]\nmarketplaces = ['XX']\n", "is not a marketplace", "config show --origin"),
    ("[notices]\nquiet = '25:00-07:00'\n", "25:00 is no time of day", "config show --origin"),
    ("[run]\nafter = 'burn'\n", "run.after: 'burn'", "config show --origin"),
    ("store = \n", "is no TOML", "atoz config example"),
    ("account = 7\n", "account: 7", ""),
]


@pytest.mark.parametrize(("text", "says", "hint"), WRONG)
def test_what_is_wrong_is_said_with_file_key_and_way_out(home: Home, text: str, says: str, hint: str) -> None:
    path = home.write(text)
    ran = home.atoz("check")
    assert ran.returncode == 2 and ran.stderr.startswith(f"error: {path}") and "Traceback" not in ran.stderr
    assert says in ran.stderr and hint in ran.stderr


def test_a_key_at_the_top_that_nobody_knows_stops_every_command(home: Home) -> None:
    home.write('acount = "north"\n')
    ran = home.atoz("odr")
    assert ran.returncode == 2 and "did you mean account?" in ran.stderr


def test_a_wrong_variable_is_said_too(home: Home) -> None:
    ran = home.atoz("check", ATOZ_CHECK__DUE="soon")
    assert ran.returncode == 2 and "environment: check.due: 'soon' is not a duration" in ran.stderr


def test_a_file_that_is_not_there_is_said(home: Home) -> None:
    ran = home.atoz("odr", ATOZ_CONFIG=str(home.here / "none.toml"))
    assert ran.returncode == 2 and "cannot be read" in ran.stderr and "ATOZ_CONFIG" in ran.stderr


# --- what is shown -------------------------------------------------------------------------------------------------


def test_addresses_are_never_shown(home: Home) -> None:
    home.write('[notices]\ntargets = ["mailtos://me:secret@example.com"]\n')
    for format in ("table", "json", "csv", "markdown"):
        ran = home.atoz("config", "show", "--origin", "--format", format)
        assert ran.returncode == 0 and "secret" not in ran.stdout and "mailtos://" in ran.stdout
    home.write('[notices]\ntargets = "mailtos://me:secret@example.com"\n')
    assert "secret" not in home.atoz("check").stderr


def test_where_a_file_may_lie(home: Home) -> None:
    mine = home.write("")
    places = json.loads(home.atoz("config", "path", "--json").stdout)["data"]
    assert [(one["path"], one["there"]) for one in places] == [
        (str(mine), True),
        (str(home.user / "atoz" / "atoz.toml"), False),
    ]


def test_the_example_is_read_has_every_key_and_is_read_uncommented(tmp_path: Path) -> None:
    path = tmp_path / "atoz.toml"
    path.write_text(example())
    load(paths=[path])
    whole = re.sub(r"^# (\[|[a-z_.]+ = )", r"\1", example(), flags=re.MULTILINE)
    path.write_text(whole)
    said = load(paths=[path])
    assert said.accounts["north"].limits is not None and said.limits.rates["odr"] == Decimal("0.008")
    content = tomllib.loads(whole)
    for one in origins(paths=[]):
        at: Any = content
        for part in one.key.split("."):
            assert part in at, f"{one.key} is not in the example"
            at = at[part]


def test_the_keys_read_without_the_model_are_those_of_the_model() -> None:
    assert set(KEYS) == set(Settings.model_fields)


def test_what_is_watched_by_default_is_what_the_configuration_says_by_default() -> None:
    nothing = watching.watching(None)("default")
    assert watching.watching(load(paths=[]))("default") == nothing
    assert watching.watching(None, headroom=7, due=timedelta(hours=1))("x").headroom == 7


def test_0d_switches_off(tmp_path: Path) -> None:
    path = tmp_path / "atoz.toml"
    path.write_text('[limits]\nmissed_within = "0d"\n[check.stale]\norders = "0d"\n')
    watch = watching.watching(load(paths=[path]))("default")
    assert (watch.missed_within, watch.orders_days) == (None, None)


def test_an_error_of_the_model_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "atoz.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfig, match="UTF-8"):
        load(paths=[path])


def test_a_quick_answer_loads_no_model(home: Home) -> None:
    home.write('store = "s.duckdb"\n')
    (home.here / "orders.csv").write_text(
        "order_id,placed_at,marketplace,channel\n111-0000000-0000001,2026-10-01T12:00:00Z,US,mfn\n"
    )
    home.atoz("import", "orders.csv")
    code = (
        "import sys; from atoz_cli.cli import run; run(['odr', '--json', '--as-of', '2026-11-22']); "
        "print([one for one in ('pydantic', 'pydantic_settings', 'pandas') if one in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=home.here, capture_output=True, text=True, check=True)
    assert ran.stdout.rstrip().endswith("[]")
