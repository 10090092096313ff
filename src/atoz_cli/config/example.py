"""A configuration to start from: every key with its meaning, commented out where the default will do."""

from __future__ import annotations


def example() -> str:
    """The text of an `atoz.toml`."""
    return """# atoz.toml: read from the working folder, then from the user's config folder (`atoz config path`).
# ATOZ_* variables beat it (ATOZ_CHECK__DUE=12h), options of a command beat all. Durations: 24h, 14d, 8w; 0d switches off.

# store = "~/atoz/atoz.duckdb"
# policy = "my-policy.toml"
# account = "default"          # whose the files are that `atoz import` reads
# timezone = "Europe/Berlin"   # whose days orders fall on

[run]
folders = ["inbox"]            # where files of that account arrive
# settle = "2s"                # a file written to within that time waits for the next run
# after = "move"               # leave (the default) or move what was imported
# done = "imported"            # where to
# refused = "refused"          # where refused files are moved to; without: they stay
reports = ["report.html"]      # .html, .md, .json
# log = "atoz.log"             # a line a run; without: stderr

[limits]
# headroom = 2                 # report an account with so few defective orders to go
# missed_within = "14d"        # report what is projected to be missed so soon
# rates.odr = "0.8%"           # limits of your own, by the name of the metric
# rates.late_shipment_rate = "3%"

[check]
# due = "24h"                  # report deadlines within
# gaps = true                  # report days without orders in the window
# unreconciled = "45d"         # hold performance reports of so many days against ours

[check.stale]                  # how old the newest may be
# orders = "3d"
# feedback = "30d"
# claims = "30d"
# report = "30d"

[notices]                      # needs the extra: pip install 'atoz-cli[notify]'
# targets = ["mailtos://user:password@example.com?to=me@example.com"]
# quiet = "22:00-07:00"
# severities = ["error", "unknown", "warning"]

# An account of an agency; its own limits take the place of those above.
# [accounts.north]
# folders = ["inbox/north"]
# marketplaces = ["DE", "FR"]
# limits = { headroom = 5 }
"""
