"""Runs inside a foreign interpreter and prints what it is, as JSON between two marks.

Started with ``-I -S``: no site-packages, no ``sitecustomize``, no user configuration. It must run
on CPython 3.7 and on every other implementation of that age. Older ones print their version only;
so that they can, the syntax is that of Python 2.7.
"""

import json
import os
import platform
import struct
import sys
import sysconfig

facts = {}  # type: dict[str, object]
facts["version_info"] = list(sys.version_info)
facts["executable"] = sys.executable

if sys.version_info >= (3, 7):  # noqa: UP036 - runs in whatever Python there is
    scheme = getattr(sysconfig, "get_default_scheme", lambda: None)()
    paths = sysconfig.get_paths(scheme) if scheme else sysconfig.get_paths()

    implementation = sys.implementation.version
    implementation_version = ".".join(str(part) for part in implementation[:3])
    if implementation.releaselevel != "final":
        implementation_version += implementation.releaselevel[0] + str(implementation.serial)

    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        libc = ""
    header = b""
    musl_loader = ""
    if sys.platform.startswith("linux"):
        try:
            with open(sys.executable, "rb") as stream:
                header = stream.read(8192)
        except OSError:
            pass
        start = header.find(b"/lib/ld-musl-")
        if start >= 0:
            musl_loader = os.fsdecode(header[start : header.index(b"\0", start)])

    managed = os.path.join(paths["stdlib"], "EXTERNALLY-MANAGED")
    managed_text = None
    if os.path.isfile(managed):
        with open(managed, encoding="utf-8", errors="replace") as stream:
            managed_text = stream.read()

    facts.update(
        {
            "base_executable": getattr(sys, "_base_executable", None) or sys.executable,
            "prefix": sys.prefix,
            "base_prefix": sys.base_prefix,
            "implementation": sys.implementation.name,
            "bits": struct.calcsize("P") * 8,
            "paths": paths,
            "platform": sysconfig.get_platform(),
            "ext_suffix": sysconfig.get_config_var("EXT_SUFFIX"),
            "debug": bool(sysconfig.get_config_var("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
            "pymalloc": sysconfig.get_config_var("WITH_PYMALLOC"),
            "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            "libc": libc,
            "musl_loader": musl_loader,
            "elf_flags": struct.unpack("<I", header[36:40])[0] if len(header) >= 40 else 0,
            "macos": [platform.mac_ver()[0], platform.mac_ver()[2]],
            "externally_managed": managed_text,
            "environment": {
                "implementation_name": sys.implementation.name,
                "implementation_version": implementation_version,
                "os_name": os.name,
                "platform_machine": platform.machine(),
                "platform_python_implementation": platform.python_implementation(),
                "platform_release": platform.release(),
                "platform_system": platform.system(),
                "platform_version": platform.version(),
                "python_full_version": platform.python_version(),
                "python_version": ".".join(platform.python_version_tuple()[:2]),
                "sys_platform": sys.platform,
            },
        }
    )

sys.stdout.write("\n<pipenv-facts>" + json.dumps(facts) + "</pipenv-facts>\n")
