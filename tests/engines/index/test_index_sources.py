"""Which of several sources is asked for a name, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import PackageNotFound
from pipenv.events import silent
from pipenv.models.specifiers import ANY
from pipenv.operations.sourcing import settled
from pipenv.resolver.problem import Dependency, ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.catalogs import CatalogMaker
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipenv.index.catalog import Catalog


@pytest.fixture
def public() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as made:
        yield made


@pytest.fixture
def corp() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as made:
        yield made


@pytest.fixture
def maker(tmp_path: Path, public: LoopbackIndex, corp: LoopbackIndex) -> CatalogMaker:
    """``index0`` is public, ``index1`` is the corporation's."""
    return CatalogMaker(tmp_path / "cache", public.url, corp.url)


def solved(catalog: Catalog, *names: str, prefetch: bool = True) -> dict[str, tuple[str, str]]:
    """Package → version, and the index it was found on."""
    roots = tuple(Root("default", Dependency(name, (), ANY), "Pipfile") for name in names)
    if prefetch:
        catalog.prefetch(names)
    problem = ResolverProblem(roots, {})
    found = settled(catalog, silent, lambda report: solve(problem, catalog, report))
    return {
        name: (each.version, catalog.index_name(name, each.version) or "")
        for name, each in found.packages.items()
    }


def test_a_tied_name_is_told_to_its_index_alone(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker
) -> None:
    public.add_wheel("secret", "9.0")
    corp.add_wheel("secret", "1.0")
    with maker.open(index_of={"secret": "index1"}) as catalog:
        assert solved(catalog, "secret") == {"secret": ("1.0", "index1")}
    assert public.total() == 0


def test_a_tied_name_that_its_index_does_not_know_is_not_found(
    public: LoopbackIndex, maker: CatalogMaker
) -> None:
    public.add_wheel("secret", "9.0")
    with maker.open(index_of={"secret": "index1"}) as catalog, pytest.raises(PackageNotFound):
        solved(catalog, "secret")
    assert public.total() == 0


@pytest.mark.parametrize("prefetch", [True, False])
def test_private_needs_of_a_tied_package_are_found_and_told_to_nobody_else(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker, prefetch: bool
) -> None:
    corp.add_wheel("tied", "1.0", requires=["inner", "open"])
    corp.add_wheel("inner", "1.0", requires=["innermost"])
    corp.add_wheel("innermost", "1.0")
    for name in ("inner", "innermost"):
        public.add_wheel(name, "99.0")
    public.add_wheel("open", "1.0", requires=["leaf"])
    public.add_wheel("leaf", "1.0")
    corp.add_wheel("leaf", "99.0")
    with maker.open(index_of={"tied": "index1"}) as catalog:
        assert solved(catalog, "tied", prefetch=prefetch) == {
            "tied": ("1.0", "index1"),
            "inner": ("1.0", "index1"),
            "innermost": ("1.0", "index1"),
            "open": ("1.0", "index0"),
            "leaf": ("1.0", "index0"),
        }
    asked = {seen.path for seen in public.requests if seen.kind == "page"}
    assert asked == {"/simple/open/", "/simple/leaf/"}


def test_needs_of_packages_without_a_pin_come_from_the_first_source(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker
) -> None:
    corp.add_wheel("loose", "1.0", requires=["inner"])
    corp.add_wheel("inner", "9.0")
    public.add_wheel("inner", "1.0")
    with maker.open() as catalog:
        assert solved(catalog, "loose") == {
            "loose": ("1.0", "index1"),
            "inner": ("1.0", "index0"),
        }


@pytest.mark.parametrize("order", [("open", "tied"), ("tied", "open")])
def test_a_pin_counts_whoever_is_looked_at_first(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker, order: tuple[str, ...]
) -> None:
    """The pin shows late here: the name is already found elsewhere, and so is what it needs."""
    public.add_wheel("open", "1.0", requires=["inner"])
    corp.add_wheel("tied", "1.0", requires=["middle"])
    corp.add_wheel("middle", "1.0", requires=["inner"])
    corp.add_wheel("inner", "1.0", requires=["innermost"])
    corp.add_wheel("innermost", "1.0")
    public.add_wheel("inner", "99.0", requires=["innermost"])
    public.add_wheel("innermost", "99.0")
    for _ in range(2):
        with maker.open(index_of={"tied": "index1"}) as catalog:
            found = solved(catalog, *order)
        assert found["inner"] == ("1.0", "index1")
        assert found["innermost"] == ("1.0", "index1")


def test_a_pin_counts_where_the_usual_order_leads_to_a_conflict(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker
) -> None:
    public.add_wheel("open", "1.0", requires=["inner"])
    public.add_wheel("inner", "99.0")
    corp.add_wheel("tied", "1.0", requires=["inner<2"])
    corp.add_wheel("inner", "1.0")
    with maker.open(index_of={"tied": "index1"}) as catalog:
        assert solved(catalog, "open", "tied")["inner"] == ("1.0", "index1")


def test_of_several_pins_the_first_source_wins(
    tmp_path: Path, public: LoopbackIndex, corp: LoopbackIndex
) -> None:
    with LoopbackIndex() as other:
        maker = CatalogMaker(tmp_path / "cache", public.url, corp.url, other.url)
        corp.add_wheel("one", "1.0", requires=["shared"])
        other.add_wheel("two", "1.0", requires=["shared"])
        corp.add_wheel("shared", "1.0")
        other.add_wheel("shared", "2.0")
        public.add_wheel("shared", "99.0")
        for names in (("one", "two"), ("two", "one")):
            with maker.open(index_of={"one": "index1", "two": "index2"}) as catalog:
                assert solved(catalog, *names)["shared"] == ("1.0", "index1")
    assert public.count("page", "shared") == 0


def test_the_own_pin_of_a_name_is_stronger_than_that_of_who_needs_it(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker
) -> None:
    corp.add_wheel("tied", "1.0", requires=["inner"])
    corp.add_wheel("inner", "1.0")
    public.add_wheel("inner", "2.0")
    with maker.open(index_of={"tied": "index1", "inner": "index0"}) as catalog:
        assert solved(catalog, "tied", "inner")["inner"] == ("2.0", "index0")
    assert corp.count("page", "inner") == 0


def test_all_sources_together(
    public: LoopbackIndex, corp: LoopbackIndex, maker: CatalogMaker
) -> None:
    wheel = public.add_wheel("one", "1.0", requires=["old"])
    sdist = corp.add_sdist("one", "1.0.0")
    corp.add_wheel("one", "2.0", requires=["two"], requires_python=">=3.7")
    public.add_wheel("two", "1.0")
    public.add_wheel("tied", "9.0")
    corp.add_wheel("tied", "1.0")
    for _ in range(2):
        with maker.open(index_of={"tied": "index1"}, merges=True) as catalog:
            assert solved(catalog, "one", "tied") == {
                "one": ("2.0", "index1"),
                "two": ("1.0", "index0"),
                "tied": ("1.0", "index1"),
            }
            assert list(catalog.versions("one").texts) == ["1.0", "2.0"]
            digests = {digest.hex for digest in catalog.digests("one", "1.0")}
            assert digests == {wheel.sha256, sdist.sha256}
            assert len(catalog.artifacts("one", "1.0")) == 2
            assert catalog.requires_python("one", "2.0") == ">=3.7"
    assert public.count("page", "tied") == 0


def test_no_source_knows_it_though_all_are_asked(maker: CatalogMaker) -> None:
    with maker.open(merges=True) as catalog, pytest.raises(PackageNotFound, match="index0"):
        solved(catalog, "one")
