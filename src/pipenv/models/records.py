"""`NamedTuple` without the import of `typing`, which a command that must be instant cannot afford.

The type checker sees `typing.NamedTuple`; at run time a class body becomes a tuple with the same
methods and defaults. `collections.namedtuple` compiles a constructor for every class, which takes
longer than everything else about the class; here one compiled for each number of fields is given
the names of the fields.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    try:
        from _collections import _tuplegetter
    except ImportError:
        from operator import itemgetter

        def _tuplegetter(index, doc):  # noqa: ANN001, ANN202
            return property(itemgetter(index), doc=doc)

    _new = tuple.__new__
    _CONSTRUCTORS = (
        lambda c: _new(c, ()),
        lambda c, p: _new(c, (p,)),
        lambda c, p, q: _new(c, (p, q)),
        lambda c, p, q, r: _new(c, (p, q, r)),
        lambda c, p, q, r, s: _new(c, (p, q, r, s)),
        lambda c, p, q, r, s, t: _new(c, (p, q, r, s, t)),
        lambda c, p, q, r, s, t, u: _new(c, (p, q, r, s, t, u)),
        lambda c, p, q, r, s, t, u, v: _new(c, (p, q, r, s, t, u, v)),
        lambda c, p, q, r, s, t, u, v, w: _new(c, (p, q, r, s, t, u, v, w)),
        lambda c, p, q, r, s, t, u, v, w, x: _new(c, (p, q, r, s, t, u, v, w, x)),
        lambda c, p, q, r, s, t, u, v, w, x, y: _new(c, (p, q, r, s, t, u, v, w, x, y)),
        lambda c, p, q, r, s, t, u, v, w, x, y, z: _new(c, (p, q, r, s, t, u, v, w, x, y, z)),
        lambda c, o, p, q, r, s, t, u, v, w, x, y, z: _new(c, (o, p, q, r, s, t, u, v, w, x, y, z)),
        lambda c, n, o, p, q, r, s, t, u, v, w, x, y, z: _new(
            c, (n, o, p, q, r, s, t, u, v, w, x, y, z)
        ),
        lambda c, m, n, o, p, q, r, s, t, u, v, w, x, y, z: _new(
            c, (m, n, o, p, q, r, s, t, u, v, w, x, y, z)
        ),
    )
    """By the number of fields; a class with more of them should be several."""
    _DOCS = tuple(f"Alias for field number {index}" for index in range(len(_CONSTRUCTORS)))
    _FUNCTION = type(_CONSTRUCTORS[0])

    def _constructor(fields, defaults):  # noqa: ANN001, ANN202
        code = _CONSTRUCTORS[len(fields)].__code__
        code = code.replace(co_varnames=("_cls", *fields), co_name="__new__")
        made = _FUNCTION(code, globals(), "__new__", defaults)
        made.__qualname__ = "__new__"
        return made

    class _Record(tuple):
        """What all named tuples have in common."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012

        @classmethod
        def _make(cls, iterable):  # noqa: ANN001, ANN206
            made = _new(cls, iterable)
            if len(made) != len(cls._fields):
                message = f"Expected {len(cls._fields)} arguments, got {len(made)}"
                raise TypeError(message)
            return made

        def _replace(self, /, **changes):  # noqa: ANN003, ANN202
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                message = f"Got unexpected field names: {list(changes)!r}"
                raise ValueError(message)
            return made

        __replace__ = _replace

        def _asdict(self):  # noqa: ANN202
            return dict(zip(self._fields, self))  # noqa: B905 - of the same length by its making

        def __repr__(self) -> str:
            shown = [f"{name}={value!r}" for name, value in self._asdict().items()]
            return f"{type(self).__name__}({', '.join(shown)})"

        def __getnewargs__(self):  # noqa: ANN204
            return tuple(self)

    class _RecordMaker(type):
        """Makes a named tuple of every class body but that of `NamedTuple` itself."""

        def __new__(cls, name, bases, namespace):  # noqa: ANN001, ANN204
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace[field] for field in fields if field in namespace}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                message = f"a field of {name} without default follows one with a default"
                raise TypeError(message)
            for index, field in enumerate(fields):
                namespace[field] = _tuplegetter(index, _DOCS[index])
            namespace["__slots__"] = ()
            namespace["__match_args__"] = namespace["_fields"] = fields
            namespace["_field_defaults"] = defaults
            namespace["__new__"] = _constructor(fields, tuple(defaults.values()))
            return type(name, (_Record,), namespace)

    class NamedTuple(metaclass=_RecordMaker):
        """Base of a class body that lists fields; see `typing.NamedTuple`."""


__all__ = ["NamedTuple"]
