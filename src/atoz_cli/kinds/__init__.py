"""What a claim or a feedback is about: a reason, the buyer's words and the facts → a `Guess`; a comment → a `Cause`.

The words live in the TOML files of this folder; see `words` for how they are written.
"""

from __future__ import annotations

from atoz_cli.kinds.classify import Facts, classify
from atoz_cli.kinds.feedback import CAUSES, Cause, cause
from atoz_cli.kinds.guess import KINDS, Guess
from atoz_cli.kinds.reason import of_reason
from atoz_cli.kinds.text import of_text

__all__ = ["CAUSES", "KINDS", "Cause", "Facts", "Guess", "cause", "classify", "of_reason", "of_text"]
