"""`NamedTuple` without the import of `typing`, which a command that must be instant cannot afford.

The type checker sees `typing.NamedTuple`; at run time a class body becomes a named tuple of the
standard library, with its methods and defaults.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    _NOT_COPIED = frozenset(
        {"__annotations__", "__dict__", "__module__", "__qualname__", "__slots__"}
    )

    class _RecordMaker(type):
        """Makes a named tuple of every class body but that of `NamedTuple` itself."""

        def __new__(cls, name, bases, namespace):  # noqa: ANN001, ANN204
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace[field] for field in fields if field in namespace]
            record = namedtuple(  # noqa: PYI024
                name, fields, defaults=defaults, module=namespace["__module__"]
            )
            record.__qualname__ = namespace["__qualname__"]
            for key, value in namespace.items():
                if key not in _NOT_COPIED and key not in fields:
                    setattr(record, key, value)
            return record

    class NamedTuple(metaclass=_RecordMaker):
        """Base of a class body that lists fields; see `typing.NamedTuple`."""


__all__ = ["NamedTuple"]
