"""The records that packages exchange, and the named tuple they are made of."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from pipenv.errors import InvalidValue
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import STRONG, Digest, parse_digest
from pipenv.models.distributions import InstalledDistribution
from pipenv.models.indexes import Index
from pipenv.models.interpreters import Environment, InstallPaths, Interpreter
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, Origin, VcsOrigin
from pipenv.models.pins import Pin

PATHS = InstallPaths("/e/lib", "/e/lib64", "/e/bin", "/e", "/e/include", "/usr/lib/python3.11")


def described(origin: Origin) -> str:
    match origin:
        case IndexOrigin(index):
            return f"index {index}"
        case VcsOrigin(vcs=vcs, ref=ref):
            return f"{vcs} {ref}"
        case ArchiveOrigin(url=url):
            return url
        case DirectoryOrigin(path, editable):
            return f"{path} {editable}"


def test_records_are_tuples_with_names_and_defaults() -> None:
    index = Index("example", "https://index.example/simple")
    assert index == ("example", "https://index.example/simple", True)
    assert index.verify_ssl
    assert Index._fields == ("name", "url", "verify_ssl")
    assert index._replace(verify_ssl=False).verify_ssl is False
    assert repr(index).startswith("Index(name='example'")
    assert Index.__module__ == "pipenv.models.indexes"
    assert Index.__doc__ == "A package index."
    with pytest.raises(AttributeError):
        index.name = "other"  # type: ignore[misc]


def test_records_can_be_pickled_and_hashed() -> None:
    pin = Pin("foo", "1.0", (), IndexOrigin("example"), (Digest("sha256", "00"),))
    assert pickle.loads(pickle.dumps(pin)) == pin
    assert hash(pin) == hash(pin._replace())


def test_origins_are_a_closed_union() -> None:
    assert described(IndexOrigin("example")) == "index example"
    assert described(VcsOrigin("git", "https://git.example/foo.git", "main")) == "git main"
    assert described(ArchiveOrigin("https://index.example/x.zip")) == "https://index.example/x.zip"
    assert described(DirectoryOrigin(".", editable=True)) == ". True"
    assert IndexOrigin().index is None


def test_an_interpreter_ranks_its_tags() -> None:
    interpreter = Interpreter(
        executable="/e/bin/python",
        version=(3, 11, 7),
        implementation="cpython",
        prefix="/e",
        base_prefix="/usr",
        base_executable="/usr/bin/python3",
        environment={"python_version": "3.11", "python_full_version": "3.11.7"},
        tags=("cp311-cp311-linux_x86_64", "py3-none-any"),
        paths=PATHS,
    )
    target = interpreter.target()
    assert target.tags == {"cp311-cp311-linux_x86_64": 0, "py3-none-any": 1}
    assert target.python_version == "3.11"
    assert target.python_full_version == "3.11.7"
    assert Environment("/e", interpreter, PATHS).interpreter.externally_managed is None


def test_an_artifact_knows_whether_it_is_a_wheel() -> None:
    assert Artifact("foo-1.0-py3-none-any.whl", "https://index.example/x").is_wheel
    assert not Artifact("foo-1.0.tar.gz", "https://index.example/x").is_wheel


def test_a_distribution_has_a_canonical_key() -> None:
    assert InstalledDistribution("Foo.Bar", "1.0", "/e/lib", "/e/lib/x.dist-info").key == "foo-bar"


def test_digests() -> None:
    digest = parse_digest("SHA256:" + "AB" * 32)
    assert digest == Digest("sha256", "ab" * 32)
    assert str(digest) == "sha256:" + "ab" * 32
    assert digest.is_strong
    assert not parse_digest("md5=" + "0" * 32).is_strong
    assert STRONG == ("sha256", "sha384", "sha512")


@pytest.mark.parametrize(
    "text", ["", "sha256", "sha256:", "sha256:00", ":00", "sha256:" + "g" * 64, "md5:" + "0" * 64]
)
def test_no_digests(text: str) -> None:
    with pytest.raises(InvalidValue, match="is not a digest"):
        parse_digest(text)


def test_the_quick_modules_load_no_slow_ones() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "import pipenv.models.requirements, pipenv.models.filenames, pipenv.models.tags\n"
        "import pipenv.models.core_metadata, pipenv.models.pins, pipenv.models.distributions\n"
        "slow = {'re', 'typing', 'dataclasses', 'enum', 'packaging', 'pathlib', 'email'}\n"
        "print(sorted(slow & (set(sys.modules) - before)))"
    )
    command = [sys.executable, "-I", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
