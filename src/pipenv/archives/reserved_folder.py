"""The installer's own folder beside the distributions."""

from __future__ import annotations

RESERVED_FOLDER = ".pipenv-journal"
"""No distribution may bring one."""
