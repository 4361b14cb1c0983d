"""Compatibility tags of wheels (PEP 425): which an interpreter takes, and which it likes best."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SHORT_NAMES = {
    "cpython": "cp",
    "ironpython": "ip",
    "jython": "jy",
    "pypy": "pp",
    "python": "py",
}
_MEMO_SIZE = 1 << 13
_expanded: dict[str, tuple[str, ...]] = {}
_ranks: list[tuple[Mapping[str, int], dict[str, int | None]]] = []
"""At most one: the tags last asked about, and the ranks found under them."""


def expand_tags(compressed: str) -> tuple[str, ...]:
    """Return the tags that a compressed set stands for, in its order.

    ``py2.py3-none-any`` stands for ``py2-none-any`` and ``py3-none-any``. What has not three parts
    stands for nothing.
    """
    tags = _expanded.get(compressed)
    if tags is None:
        parts = compressed.lower().split("-")
        if len(parts) != 3:
            tags = ()
        elif "." not in compressed:
            tags = (compressed.lower(),)
        else:
            pythons, abis, platforms = (part.split(".") for part in parts)
            tags = tuple(
                f"{python}-{abi}-{platform}"
                for python in pythons
                for abi in abis
                for platform in platforms
            )
        if len(_expanded) >= _MEMO_SIZE:
            _expanded.clear()
        _expanded[compressed] = tags
    return tags


def tag_rank(compressed: str, supported: Mapping[str, int]) -> int | None:
    """Return the lowest rank, so the best, of the tags in a compressed set; `None` for none.

    Answers are remembered for the `supported` last asked about, which must not change.
    """
    ranks = _ranks_under(supported)
    try:
        return ranks[compressed]
    except KeyError:
        found = [supported[tag] for tag in expand_tags(compressed) if tag in supported]
        rank = min(found) if found else None
    if len(ranks) >= _MEMO_SIZE:
        ranks.clear()
    ranks[compressed] = rank
    return rank


def _ranks_under(supported: Mapping[str, int]) -> dict[str, int | None]:
    for remembered, ranks in _ranks:
        if remembered is supported:
            return ranks
    fresh: dict[str, int | None] = {}
    _ranks[:] = [(supported, fresh)]
    return fresh


def suits(tag: str, minor: str, prefixes: Sequence[str]) -> bool:
    """Tell whether CPython `minor` on some machine of a platform takes a wheel with this tag.

    Args:
        tag: one tag, not compressed.
        minor: such as ``3.12``.
        prefixes: what the platform part begins with on that platform.
    """
    python, abi, platform = tag.split("-", 2)
    if platform != "any" and not platform.startswith(tuple(prefixes)):
        return False
    digits = python.lstrip("abcdefghijklmnopqrstuvwxyz")
    letters = python[: len(python) - len(digits)]
    major, _, number = minor.partition(".")
    if letters not in ("py", "cp") or not digits.startswith(major):
        return False
    older = digits[len(major) :]
    if letters == "py":
        return abi == "none" and (not older or (older.isdecimal() and int(older) <= int(number)))
    if not older.isdecimal():
        return abi == "none"
    if abi == "abi3":
        return int(older) <= int(number)
    return older == number and (abi == "none" or abi.rstrip("m") == python)


def supported_tags(
    implementation_name: str,
    version_info: tuple[int, int],
    abis: Sequence[str],
    platforms: Sequence[str],
) -> tuple[str, ...]:
    """Return the tags of the wheels that an interpreter takes, best first, each once.

    Args:
        implementation_name: As in ``sys.implementation.name``.
        version_info: Major and minor number of the language.
        abis: The interpreter's own, best first; ``abi3`` and ``none`` are added.
        platforms: Best first, without ``any``.
    """
    short = _SHORT_NAMES.get(implementation_name, implementation_name)
    major, minor = version_info
    interpreter = f"{short}{major}{minor}"
    if short == "cp":
        found = [*_cpython_tags(version_info, abis, platforms)]
        generic = interpreter
    else:
        found = [*_product([interpreter], [*dict.fromkeys((*abis, "none"))], platforms)]
        generic = "pp3" if short == "pp" else ""
    pythons = [f"py{major}{minor}", f"py{major}"]
    pythons += [f"py{major}{older}" for older in range(minor - 1, -1, -1)]
    found += _product(pythons, ["none"], platforms)
    if generic:
        found.append(f"{generic}-none-any")
    found += _product(pythons, ["none"], ["any"])
    return tuple(dict.fromkeys(found))


def _cpython_tags(
    version_info: tuple[int, int], abis: Sequence[str], platforms: Sequence[str]
) -> Iterator[str]:
    """Its own ABIs, the stable ABI, none; then the stable ABI of older versions."""
    major, minor = version_info
    interpreter = f"cp{major}{minor}"
    own = [abi for abi in abis if abi not in ("abi3", "abi3t", "none")]
    # A free-threaded build has a stable ABI of its own (PEP 803) and does not take the other.
    stable = "abi3t" if any(_is_free_threaded(abi) for abi in own) else "abi3"
    yield from _product([interpreter], [*own, stable, "none"], platforms)
    older = [f"cp{major}{number}" for number in range(minor - 1, 1, -1)]
    yield from _product(older, [stable], platforms)


def _is_free_threaded(abi: str) -> bool:
    return abi.startswith("cp") and "t" in abi[2:].lstrip("0123456789")


def _product(
    pythons: Sequence[str], abis: Sequence[str], platforms: Sequence[str]
) -> Iterator[str]:
    for python in pythons:
        for abi in abis:
            for platform in platforms:
                yield f"{python}-{abi}-{platform}"
