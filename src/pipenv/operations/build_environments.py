"""Environments of builds, made once in a run and lent to every build that asks for the same.

Backends do not install anything, so builds can share. One that is being made is waited for only by
builds that nobody waits for: else two builds that need each other's environments would wait for
ever, instead of being told that they go round in a circle.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from threading import Event, Lock

from pipenv.settings import FALSE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from pipenv.builds.isolation import BuildEnvironment, BuildEnvironments
    from pipenv.settings import Settings


def builds_at_once() -> int:
    """How many backends may run at once: one for each processor that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def isolates_builds(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Tell whether builds get an environment of their own.

    An option decides, else ``PIP_BUILD_ISOLATION``. pip's own ``PIP_NO_BUILD_ISOLATION`` counts as
    pip has it: a false value, not a true one, turns isolation off.
    """
    wish = settings.tristate("no_build_isolation")
    if wish is not None:
        return not wish
    told = (environ.get(name, "") for name in ("PIP_BUILD_ISOLATION", "PIP_NO_BUILD_ISOLATION"))
    return not any(each.lower() in FALSE_WORDS for each in told)


class _Kept:
    """One environment, or the place of one that is being made."""

    def __init__(self) -> None:
        self.is_settled = Event()
        self.place: BuildEnvironment | None = None


class EnvironmentPool:
    """The environments of one run. May be used from several threads."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._guard = Lock()
        self._kept: dict[Hashable, _Kept] = {}
        self._opened = ExitStack()
        self.made = 0
        """How many environments were made."""

    def close(self) -> None:
        """Delete all of them."""
        self._opened.close()
        self._kept.clear()

    @contextmanager
    def lend(
        self,
        environments: BuildEnvironments,
        interpreter: Hashable,
        requirements: Sequence[str],
        building: tuple[str, ...],
    ) -> Iterator[BuildEnvironment]:
        """Lend an environment; see `pipenv.builds.isolation.BuildEnvironments.prepare`.

        Args:
            environments: makes what there is not yet.
            interpreter: what else than the requirements makes environments differ.
            requirements: in any order.
            building: as for `prepare`.
        """
        key = (interpreter, frozenset(requirements))
        while True:
            with self._guard:
                kept = self._kept.get(key)
                is_mine = kept is None
                if kept is None:
                    kept = self._kept[key] = _Kept()
            if is_mine:
                yield self._make(key, kept, environments, requirements, building)
                return
            if not kept.is_settled.is_set() and len(building) > 1:
                with environments.prepare(requirements, building=building) as place:
                    yield place
                return
            kept.is_settled.wait()
            if kept.place is not None:
                yield kept.place
                return

    def _make(
        self,
        key: Hashable,
        kept: _Kept,
        environments: BuildEnvironments,
        requirements: Sequence[str],
        building: tuple[str, ...],
    ) -> BuildEnvironment:
        opened = environments.prepare(requirements, building=building)
        try:
            place = kept.place = opened.__enter__()
        except BaseException:
            with self._guard:
                del self._kept[key]
            raise
        finally:
            kept.is_settled.set()
        with self._guard:
            self._opened.push(opened)
            self.made += 1
        return place


class SharedEnvironments:
    """Gives the builds for one interpreter the environments of a pool."""

    def __init__(
        self, pool: EnvironmentPool, environments: BuildEnvironments, interpreter: Hashable
    ) -> None:
        """Lend from `pool`; the other arguments are those of `EnvironmentPool.lend`."""
        self._pool = pool
        self._environments = environments
        self._interpreter = interpreter

    @contextmanager
    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> Iterator[BuildEnvironment]:
        """Lend an environment that holds `requirements`."""
        with self._pool.lend(
            self._environments, self._interpreter, requirements, building
        ) as place:
            yield place
