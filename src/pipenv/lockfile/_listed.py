"""What the generator asks of a Pipfile, whose own package stands beside this one and not below."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from pipenv.models.origins import Origin
    from pipenv.models.requirements import Requirement

    class ListedRequirement(Protocol):
        """What is asked of an entry of a Pipfile; `pipenv.pipfile.entries` makes them."""

        @property
        def name(self) -> str: ...
        @property
        def requirement(self) -> Requirement: ...
        @property
        def origin(self) -> Origin: ...
        @property
        def index(self) -> str | None: ...
        @property
        def no_binary(self) -> bool: ...
        @property
        def skip_resolver(self) -> bool: ...
        @property
        def is_plain(self) -> bool: ...
        @property
        def extras(self) -> tuple[str, ...]: ...
        @property
        def only_os_name(self) -> bool: ...

    class LockedPipfile(Protocol):
        """What is asked of a Pipfile; `pipenv.pipfile.document` reads them."""

        @property
        def requires(self) -> Mapping[str, object]: ...
        @property
        def settings(self) -> Mapping[str, object]: ...
