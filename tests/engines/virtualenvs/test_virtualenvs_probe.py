from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import packaging
import pytest
from installed_pythons import BY_MINOR, SUITABLE

from pipenv.errors import VirtualenvBroken
from pipenv.virtualenvs.interrogation import managed_message
from pipenv.virtualenvs.probe import Probe

if TYPE_CHECKING:
    from pathlib import Path

ENVIRON = dict(os.environ)
ORACLE = """
import json, sys, os
sys.path.insert(0, sys.argv[1])
from packaging import markers, tags
print(json.dumps({"environment": markers.default_environment(),
                  "tags": [str(tag) for tag in tags.sys_tags()]}))
"""


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    return Probe(str(tmp_path / "cache"), environ=ENVIRON)


@pytest.mark.parametrize("executable", SUITABLE)
def test_facts_agree_with_what_the_interpreter_says(probe: Probe, executable: str) -> None:
    code = (
        "import json, sys, sysconfig\n"
        "stdlib = sysconfig.get_paths()['stdlib']\n"
        "print(json.dumps([sys.version_info[:3], sys.base_prefix, stdlib]))"
    )
    done = subprocess.run([executable, "-I", "-c", code], capture_output=True, check=True)
    version, base_prefix, stdlib = json.loads(done.stdout)
    found = probe.interpreter(executable)
    assert list(found.version) == version
    assert found.base_prefix == base_prefix
    assert found.paths.stdlib == stdlib
    assert found.environment["python_version"] == "{}.{}".format(*version)
    assert os.path.samefile(os.path.realpath(executable), found.base_executable)


@pytest.mark.parametrize("minor", [minor for minor in BY_MINOR if minor >= 8])
def test_tags_and_markers_agree_with_packaging(probe: Probe, minor: int) -> None:
    folder = os.path.dirname(os.path.dirname(packaging.__file__))
    done = subprocess.run(
        [BY_MINOR[minor], "-I", "-c", ORACLE, folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this version of packaging does not run there")
    expected = json.loads(done.stdout)
    found = probe.interpreter(BY_MINOR[minor])
    assert found.environment == {
        key: value for key, value in expected["environment"].items() if key != "extra"
    }
    # Newer releases of packaging leave out nothing, but may add kinds of their own.
    assert list(found.tags) == list(dict.fromkeys(expected["tags"]))


def test_the_answer_is_remembered(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(os.path.realpath(sys.executable))
    first = Probe(str(tmp_path / "cache"), environ=ENVIRON).interpreter(str(link))
    assert len(os.listdir(tmp_path / "cache")) == 1
    # Without a PATH or anything else; were it asked again, its answer would differ.
    second = Probe(str(tmp_path / "cache"), environ={}).interpreter(str(link))
    assert first == second


def test_a_remembered_answer_loads_nothing_heavy(tmp_path: Path) -> None:
    Probe(str(tmp_path), environ=ENVIRON).interpreter(sys.executable)
    code = (
        "import sys\n"
        "from pipenv.virtualenvs.probe import Probe\n"
        "Probe(sys.argv[1], environ={}).interpreter(sys.argv[2])\n"
        "print(*{'subprocess', 'packaging', 'json', 're', 'typing', 'dataclasses', 'pathlib',\n"
        "        'tempfile'} & set(sys.modules))"
    )
    source = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "src"))
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path), sys.executable],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": source},
    )
    assert done.stdout.decode().split() == []


def fake_python(path: Path, version: str) -> None:
    """A script that is a Python as far as anybody can tell, and wraps the real one."""
    real = os.path.realpath(sys.executable)
    path.write_text(f"#!/bin/sh\n# {version}\necho noise\nexec '{real}' \"$@\"\n")
    path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
def test_a_wrapper_is_seen_through_and_not_remembered(probe: Probe, tmp_path: Path) -> None:
    fake_python(tmp_path / "python", "")
    found = probe.interpreter(str(tmp_path / "python"))
    assert found.version == sys.version_info[:3]
    assert os.path.samefile(found.executable, os.path.realpath(sys.executable))
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\x00", b"\xe9\xff\xff\xff\xff"])
def test_a_damaged_memory_is_asked_again(tmp_path: Path, damage: bytes) -> None:
    executable = os.path.realpath(sys.executable)
    expected = Probe(str(tmp_path), environ=ENVIRON).interpreter(executable)
    (name,) = os.listdir(tmp_path)
    whole = (tmp_path / name).read_bytes()
    for data in (damage, whole[: len(whole) // 2], whole[:-1] + b"?"):
        (tmp_path / name).write_bytes(data)
        assert Probe(str(tmp_path), environ=ENVIRON).interpreter(executable) == expected


def test_a_replaced_executable_is_asked_again(tmp_path: Path) -> None:
    executable = tmp_path / "python"
    executable.symlink_to(os.path.realpath(sys.executable))
    cache = str(tmp_path / "cache")
    Probe(cache, environ=ENVIRON).interpreter(str(executable))
    executable.unlink()
    executable.write_text("#!/bin/sh\nexit 3\n")
    executable.chmod(0o755)
    with pytest.raises(VirtualenvBroken, match="status 3"):
        Probe(cache, environ=ENVIRON).interpreter(str(executable))


@pytest.mark.parametrize("place", ["file", "missing/deep", None])
def test_without_a_cache_it_works_all_the_same(tmp_path: Path, place: str | None) -> None:
    (tmp_path / "file").write_text("")
    cache = None if place is None else str(tmp_path / place)
    found = Probe(cache, environ=ENVIRON).interpreter(sys.executable)
    assert found.version == sys.version_info[:3]


def test_what_is_no_python_is_told(probe: Probe, tmp_path: Path) -> None:
    script = tmp_path / "python"
    for content in ("#!/bin/sh\necho oops >&2; exit 1\n", "#!/nonexistent\n", "\x7fELF", ""):
        script.write_text(content)
        script.chmod(0o755)
        with pytest.raises(VirtualenvBroken, match="python"):
            Probe(None, environ=ENVIRON).interpreter(str(script))
    with pytest.raises(VirtualenvBroken, match="no Python at"):
        probe.interpreter(str(tmp_path / "none"))
    with pytest.raises(VirtualenvBroken):
        probe.interpreter(str(tmp_path))


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    script = tmp_path / "python"
    answer = '{"version_info": [3, 6, 15], "executable": "x"}'
    script.write_text(f"#!/bin/sh\necho '<pipenv-facts>{answer}</pipenv-facts>'\n")
    script.chmod(0o755)
    with pytest.raises(VirtualenvBroken, match=r"3\.6\.15, which is too old") as caught:
        Probe(None, environ=ENVIRON).interpreter(str(script))
    assert "3.7" in caught.value.hints[0]


def test_an_odd_answer_is_told(tmp_path: Path) -> None:
    script = tmp_path / "python"
    for answer in ("{", "[]", "{}", '{"version_info": [3, 11, 1]}'):
        script.write_text(f"#!/bin/sh\necho '<pipenv-facts>{answer}</pipenv-facts>'\n")
        script.chmod(0o755)
        with pytest.raises(VirtualenvBroken, match="odd answer"):
            Probe(None, environ=ENVIRON).interpreter(str(script))


def test_the_message_of_a_managed_interpreter() -> None:
    text = (
        "[externally-managed]\nError=To install,\n use apt.\n .\n See the manual.\nError-de=Nein\n"
    )
    assert managed_message(text) == "To install,\nuse apt.\n\nSee the manual."
    assert managed_message("") == ""
    assert managed_message("[other]\nError=x\n") == ""
    assert managed_message(None) is None
