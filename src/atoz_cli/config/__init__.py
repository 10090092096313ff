"""What the user wrote down once: `atoz.toml` here, then in the user's config folder; ATOZ_* beats both, flags beat all.

`paths` finds the files without reading them, so that a command without a configuration pays nothing for one; `load`
reads and checks them, `origins` says where each value is from.
"""

from __future__ import annotations

from atoz_cli.config.paths import files, here, of_the_user
from atoz_cli.config.plain import KEYS, plain, usual_store

__all__ = ["KEYS", "files", "here", "of_the_user", "plain", "usual_store"]
