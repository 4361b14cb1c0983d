"""Runs one build-backend hook: the program of the child process.

Its text is copied into a folder of its own and run by the interpreter that the wheel is for.  So
it is plain Python 3.7 and imports nothing of Pipenv.  Usage: ``python hook.py REQUEST ANSWER LOG``,
two JSON files and the file that takes whatever the backend prints, output and errors in order.
"""
# The backend shares the interpreter, so as little as possible is loaded into it: no pathlib.

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def import_backend(reference: str, folders: list[str]) -> Any:
    """Import ``module:object``; if `folders` are named, from these only (PEP 517).

    Raises:
        ImportError: there is no such backend, or it cannot import what it needs.
    """
    sys.path[:0] = folders
    module_name, _, attributes = reference.partition(":")
    module = import_module(module_name)
    if folders and not is_inside(module, folders):
        raise ImportError("`%s` was not found in the backend-path" % module_name)  # noqa: UP031
    found: Any = module
    for attribute in attributes.split(".") if attributes else ():
        if not hasattr(found, attribute):
            raise ImportError("`%s` has no `%s`" % (module_name, attributes))  # noqa: UP031
        found = getattr(found, attribute)
    return found


def is_inside(module: Any, folders: list[str]) -> bool:
    """Tell whether `module` was loaded from one of `folders`."""
    places = [module.__file__] if getattr(module, "__file__", None) else list(module.__path__)
    roots = [os.path.join(os.path.realpath(folder), "") for folder in folders]
    return all(any(os.path.realpath(place).startswith(root) for root in roots) for place in places)


def call(request: dict[str, Any]) -> dict[str, object]:
    """Call the hook that `request` names, if the backend has it."""
    try:
        backend = import_backend(request["backend"], request["backend_path"])
    except ImportError as error:
        print_failure(error)
        return {"status": "unavailable", "value": None}
    hook = getattr(backend, request["hook"], None)
    if hook is None:
        return {"status": "missing", "value": None}
    value = hook(**request["arguments"])
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return {"status": "odd", "value": type(value).__name__}
    return {"status": "returned", "value": value}


def print_failure(error: BaseException) -> None:
    """Print the traceback without the frames of this file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


def end_with(parent: int) -> None:
    """Kill this process and its children when `parent` is gone: a killed Pipenv leaves no build."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)


def main() -> int:
    """Read the request, call the hook, write the answer; 1 when the hook raised."""
    request_path, answer_path, log_path = sys.argv[1:4]
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [each for each in sys.path if os.path.realpath(each) != here]
    del sys.argv[1:]
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if os.name == "posix" and os.getpgid(0) == os.getpid():
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    try:
        answer = call(request)
    except Exception as error:  # noqa: BLE001 - the border to code that is not ours
        print_failure(error)
        return 1
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
