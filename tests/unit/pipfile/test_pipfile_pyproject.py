"""Dependencies of ``pyproject.toml``, read and written."""

from __future__ import annotations

from typing import Any

import pytest

from pipenv.errors import InvalidValue
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.pyproject import (
    category_of_group,
    group_of_category,
    pipfile_requires,
    pyproject_text,
    read_pyproject,
    standard_requires,
)
from pipenv.pipfile.toml_documents import read_toml


def texts(items: Any) -> list[str]:
    return [item.text for item in items]


def test_lists_groups_and_extras() -> None:
    found = read_pyproject(
        read_toml("""
[project]
name = "Demo"
requires-python = ">=3.9"
dependencies = ["six>=1", "demo[fast]"]
dynamic = ["version", "optional-dependencies"]
optional-dependencies.Fast = ["idna"]
optional-dependencies.all = ["demo[fast]", "x; os_name == 'nt'"]
[dependency-groups]
dev = ["pytest", {include-group = "LINT"}]
lint = ["attrs", "demo[all]"]
""")
    )
    assert found.name == "Demo"
    assert found.requires_python == ">=3.9"
    assert texts(found.dependencies) == ["six>=1", "idna"]
    assert {name: texts(items) for name, items in found.extras.items()} == {
        "fast": ["idna"],
        "all": ["idna", "x; os_name == 'nt'"],
    }
    assert texts(found.groups["dev"]) == ["pytest", "attrs", "idna", "x; os_name == 'nt'"]
    assert found.groups["lint"][0].place == "dependency-groups.lint[0]"
    assert found.dynamic == ("optional-dependencies",)
    assert found.lists_anything
    assert not read_pyproject({"tool": {"black": {}}}).lists_anything


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("project = 1", "project must be a table"),
        ('project.name = "a b"', "project.name"),
        ('project.requires-python = "3"', "requires-python"),
        ('project.dependencies = "six"', "project.dependencies must be an array"),
        ("project.dependencies = [1]", "project.dependencies[0] must be a requirement"),
        ('project.dependencies = ["six ="]', "project.dependencies[0]: `six =`"),
        ('project.dependencies = [{include-group = "x"}]', "must be a requirement"),
        ('dependency-groups.a = [{include-group = "x"}]', "`x`, which there is not"),
        ('dependency-groups.a = [{include = "x"}]', "dependency-groups.a[0]"),
        (
            '[dependency-groups]\na = [{include-group = "b"}]\nb = [{include-group = "A"}]',
            "includes this one",
        ),
        ("[dependency-groups]\na-b = []\nA_B = []", "two spellings"),
        ('[project]\nname = "x"\noptional-dependencies.a = ["x[a]"]', "includes itself"),
        ('[project]\nname = "x"\ndependencies = ["x[a]"]', "has no extra `a`"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_pyproject(read_toml(text))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("group", "category"),
    [
        ("dev", "dev-packages"),
        ("Docs", "docs"),
        ("packages", "packages-group"),
        ("scripts", "scripts-group"),
        ("default", "default-group"),
        ("my-group", "my-group"),
    ],
)
def test_names_of_groups(group: str, category: str) -> None:
    assert category_of_group(group) == category
    assert group_of_category(category) == group.lower()


@pytest.mark.parametrize(
    ("standard", "pipfile"),
    [
        ("==3.11.*", "3.11"),
        (">=3.9", ">=3.9"),
        (">= 3.9, <4", ">=3.9,<4"),
        ("~=3.9", ">=3.9,<4"),
        ("~=3.9.2", ">=3.9.2,<3.10"),
        ("!=3.9.*", None),
        ("===3.9", None),
        ("~=3", None),
    ],
)
def test_pythons(standard: str, pipfile: str | None) -> None:
    assert pipfile_requires(standard) == pipfile
    if pipfile is not None:
        again = standard_requires({"python_version": pipfile})
        assert again is not None
        assert pipfile_requires(again) == pipfile


def test_no_python_and_an_exact_one() -> None:
    assert standard_requires({"python_version": "*"}) is None
    assert standard_requires({"python_version": "3.9", "python_full_version": "3.9.1"}) == "==3.9.1"


PIPFILE = """\
[[source]]
name = "main"
url = "https://${USER}:${WORD}@h.example/simple"
verify_ssl = true

[[source]]
name = "other"
url = "https://me:secret@o.example/simple"
verify_ssl = true

[packages]
Six = "==1.16"
req = {version = ">=2,<3", extras = ["b", "a"], markers = "os_name == 'nt'", index = "other"}
repo = {git = "https://h.example/r.git", ref = "v1", subdirectory = "s", editable = true}
file = {file = "https://h.example/f-1.whl"}
near = {path = "./near"}

[dev-packages]

["docs-group"]
idna = "*"

[requires]
python_version = "3.11"
"""


def test_what_is_written() -> None:
    made = pyproject_text(parse_pipfile(PIPFILE), name="x", version="1")
    assert made.left_out == ("near",)
    assert made.text == (
        "# index main: https://${USER}:${WORD}@h.example/simple\n"
        "# index other: https://****@o.example/simple\n"
        "\n"
        "[project]\n"
        'name = "x"\n'
        'version = "1"\n'
        'requires-python = "==3.11.*"\n'
        "dependencies = [\n"
        '    "Six==1.16",\n'
        "    \"req[a,b]>=2,<3; os_name == 'nt'\",  # index other\n"
        '    "repo @ git+https://h.example/r.git@v1#subdirectory=s",  # editable\n'
        '    "file @ https://h.example/f-1.whl",\n'
        "    # near is at './near', which no standard can say\n"
        "]\n"
        "\n"
        "[dependency-groups]\n"
        "docs-group = [\n"
        '    "idna",\n'
        "]\n"
    )
    read = read_pyproject(read_toml(made.text))
    assert texts(read.dependencies)[0] == "Six==1.16"
    assert texts(read.groups["docs-group"]) == ["idna"]
