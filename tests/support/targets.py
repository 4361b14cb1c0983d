"""Targets that are the same on every machine."""

from __future__ import annotations

from pipenv.index.scope import Scope
from pipenv.models.specifiers import ANY
from pipenv.models.tags import supported_tags
from pipenv.models.targets import Target, only


def linux_target(python: str = "3.11.7") -> Target:
    """CPython on Linux x86-64 with glibc."""
    major, minor, *_ = python.split(".")
    platforms = ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"]
    tags = supported_tags("cpython", (int(major), int(minor)), [f"cp{major}{minor}"], platforms)
    environment = {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0",
        "platform_system": "Linux",
        "platform_version": "#1 SMP",
        "python_full_version": python,
        "python_version": f"{major}.{minor}",
        "sys_platform": "linux",
    }
    return Target(environment, {tag: rank for rank, tag in enumerate(tags)})


def windows_target(python: str = "3.11.7") -> Target:
    """CPython on Windows x86-64."""
    major, minor, *_ = python.split(".")
    tags = supported_tags("cpython", (int(major), int(minor)), [f"cp{major}{minor}"], ["win_amd64"])
    environment = {
        **linux_target(python).environment,
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "sys_platform": "win32",
    }
    return Target(environment, {tag: rank for rank, tag in enumerate(tags)})


def scope_of(target: Target) -> Scope:
    """That environment and no other."""
    return Scope(only(target, ANY))
