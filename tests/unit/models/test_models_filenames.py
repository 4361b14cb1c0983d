from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import parse_wheel_filename as packaging_wheel
from packaging.version import Version as PackagingVersion

from pipenv.models.filenames import SdistName, WheelName, parse_sdist_filename, parse_wheel_filename

STEMS = st.sampled_from(["foo", "Foo_Bar", "zope.interface", "a1"])
VERSIONS = st.sampled_from(["1.0", "1.0.post1", "2024.1", "1!2.0", "1.0+local.1", "1.0rc1"])
BUILDS = st.sampled_from(["", "-1", "-2local"])
TAGS = st.sampled_from(
    ["py3-none-any", "py2.py3-none-any", "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"]
)


@given(STEMS, VERSIONS, BUILDS, TAGS)
def test_reads_wheels_as_the_standard_does(name: str, version: str, build: str, tags: str) -> None:
    filename = f"{name}-{version}{build}-{tags}.whl"
    expected_name, expected_version, expected_build, expected_tags = packaging_wheel(filename)
    found = parse_wheel_filename(filename)
    assert found is not None
    assert found.name == expected_name
    assert PackagingVersion(found.version) == expected_version
    assert found.build == "".join(map(str, expected_build))
    assert found.tags == tags
    assert expected_tags


@pytest.mark.parametrize(
    "filename",
    [
        "foo-1.0.tar.gz",
        "foo-1.0.whl",
        "foo-1.0-py3-none.whl",
        "foo-1.0-x1-py3-none-any.whl",
        "foo-1.0-1-2-py3-none-any.whl",
        "-1.0-py3-none-any.whl",
        "foo--py3-none-any.whl",
        ".whl",
        "",
    ],
)
def test_no_wheels(filename: str) -> None:
    assert parse_wheel_filename(filename) is None


def test_an_underscore_in_a_wheels_version_stands_for_a_dash() -> None:
    assert parse_wheel_filename("foo-1.0_1-py3-none-any.whl") == WheelName(
        "foo", "1.0-1", "", "py3-none-any"
    )


@pytest.mark.parametrize(
    ("filename", "project", "expected"),
    [
        ("foo-1.0.tar.gz", None, ("foo", "1.0")),
        ("foo-1.0.tar.gz", "foo", ("foo", "1.0")),
        ("Foo_Bar-1.0.zip", "foo-bar", ("foo-bar", "1.0")),
        ("foo-bar-1.0.tgz", "foo-bar", ("foo-bar", "1.0")),
        ("foo-bar-1.0.tar.bz2", None, ("foo-bar", "1.0")),
        ("foo--bar-1.0.tar.xz", "foo-bar", ("foo-bar", "1.0")),
        ("foo-1.0-1.tar.gz", "foo", ("foo", "1.0-1")),
        ("foo-1.0-beta.tar.gz", "foo", ("foo", "1.0-beta")),
        ("foo-1.0-beta.tar.gz", None, ("foo", "1.0-beta")),
        ("foo-2-1.0.tar.gz", "foo-2", ("foo-2", "1.0")),
        ("foo-2-1.0.tar.gz", None, ("foo-2", "1.0")),
        ("foo-dev.tar.gz", None, ("foo", "dev")),
        ("foo-1.0.tar.gz", "bar", None),
        ("foo-1.0.whl", None, None),
        ("foo-1.0.tar.Z", None, None),
        ("foo-1.0.exe", "foo", None),
        ("foo.tar.gz", None, None),
        ("foo.tar.gz", "foo", None),
        ("foo-.tar.gz", "foo", None),
        ("foo-.tar.gz", None, None),
        ("-1.0.tar.gz", None, None),
    ],
)
def test_source_distributions(
    filename: str, project: str | None, expected: tuple[str, str] | None
) -> None:
    assert parse_sdist_filename(filename, project) == (
        None if expected is None else SdistName(*expected)
    )
