"""A judged claim in, the pack to send out: typed slots, what the store has of them as files, letters and a manifest."""

from __future__ import annotations

from atoz_cli.evidence.pack import Attached, Packed, pack
from atoz_cli.evidence.place import put

__all__ = ["Attached", "Packed", "pack", "put"]
