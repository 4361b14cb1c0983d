"""Pipenv: a Pipfile becomes a Pipfile.lock, a Pipfile.lock becomes a virtual environment.

The way in is `pipenv.cli.main`; `docs/design/architecture.md` shows the map.
"""

__version__ = "2026.11.0"
