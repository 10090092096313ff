"""Words of a file to words of ours: what is the same however it is written."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """Lower case without spaces, underscores, hyphens and apostrophes: how codes and headers are compared."""
    return re.sub(r"[\s_\-'’.]+", "", text.lower())


def slug(text: str) -> str:
    """A code that we do not know, as a word of ours: `Out For Delivery` becomes `out_for_delivery`."""
    return re.sub(r"[\s_\-'’.]+", "_", text.lower()).strip("_") or text
