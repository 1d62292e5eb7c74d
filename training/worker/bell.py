"""What a web process does for the worker: ring after a commit that posted a mail.

What drives the sweeps is imported at the first ring: most processes that start answer a page first.
"""

from typing import TYPE_CHECKING

from flask import Flask

from training.common import nudging
from training.common.lazy import lazily
from training.worker import models

if TYPE_CHECKING:
    from training.worker import runner
else:
    runner = lazily("training.worker.runner")

__all__ = ["install", "models"]


def install(app: Flask) -> None:
    """Let every commit that posted a mail wake the worker. Tests wake it themselves."""
    if not app.extensions["settings"].testing:
        nudging.call_after_commit(lambda: runner.nudge(app))
