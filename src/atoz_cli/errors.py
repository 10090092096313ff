"""What a user can cause and mend: each error knows its message, a way out, a stable code and the exit status."""

from __future__ import annotations


class AtozError(Exception):
    """Something the user can mend. `hint` says how; `code` is for scripts; `exit_status` as in the contract."""

    code = "error"
    exit_status = 2

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadUsage(AtozError):
    """Options or values that do not fit together."""

    code = "bad_usage"


class BadConfig(AtozError):
    """A configuration that cannot be read, or that says what nobody knows."""

    code = "bad_config"


class BadPolicy(AtozError):
    """A policy file that cannot be read, or a day and marketplace for which no rule is written down."""

    code = "bad_policy"


class NoPolicy(BadPolicy):
    """No rule is known for that day: a date before the first change is an error, not a default."""

    code = "no_policy"


class InputRefused(AtozError):
    """A file that is not read: nothing of it is loaded."""

    code = "input_refused"
    exit_status = 3


class UnreadableFile(InputRefused):
    """A path that is not there, or that cannot be opened or decoded."""

    code = "unreadable_file"


class UnknownFile(InputRefused):
    """A file that is none of the exports we know."""

    code = "unknown_file"


class AmbiguousFile(InputRefused):
    """A file that is two exports at once, or whose dates or numbers can be read in two ways."""

    code = "ambiguous_file"


class BadRows(InputRefused):
    """With --strict: at least one row was refused."""

    code = "bad_rows"


class NoData(AtozError):
    """Not enough data to answer."""

    code = "no_data"
    exit_status = 4


class EmptyStore(NoData):
    """No store yet, or none of the orders that the question is about."""

    code = "empty_store"


class UnknownId(NoData):
    """An order or claim id that the store does not hold."""

    code = "unknown_id"


class StoreUnusable(AtozError):
    """The store cannot be used now."""

    code = "store_unusable"
    exit_status = 5


class StoreBusy(StoreUnusable):
    """Another process holds the store past the wait."""

    code = "store_busy"


class StoreDamaged(StoreUnusable):
    """The file is not a store, or is broken."""

    code = "store_damaged"


class StoreNewer(StoreUnusable):
    """The store was written by a newer version."""

    code = "store_newer"


class DiskFull(StoreUnusable):
    """There is no room to write."""

    code = "disk_full"


class WorkEnded(StoreUnusable):
    """A process of ours that read the store was ended from outside."""

    code = "work_ended"
