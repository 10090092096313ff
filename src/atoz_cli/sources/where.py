"""The name of a source in, where its file is to be had out: read alone, since all the declarations take thirty times as long."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tomli


@cache
def download(source: str) -> str:
    """`download All Orders: Seller Central > …`; of a file of our own how to begin it."""
    declared = tomli.loads(Path(__file__).with_name(f"{source}.toml").read_text("utf-8"))
    if declared.get("template"):
        return f"fill in `atoz template {source}`"
    return f"download {declared['title']}: {declared['where']}"
