"""The one place that starts other programs, always from an argument list, never through a shell.

Thin until a child is really started: `replace_process` is on the path of ``pipenv run``.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would load `enum`
import _thread
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    import threading
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType
    from typing import IO, NoReturn

_GRACE_SECONDS = 5.0
"""How long a child that was told to end may take before it is killed."""
_LOOK_SECONDS = 0.1
_SHELL_SIGNAL_BASE = 128
_LENGTH_BYTES = 8
_PIPE_BYTES = 1 << 16
_MOST_PROCESSORS = 4
"""Nothing here gets faster with more."""


class Completed:
    """How a program ended, and what it wrote."""

    __slots__ = ("status", "stderr", "stdout", "timed_out")

    def __init__(
        self, status: int, stdout: bytes, stderr: bytes, *, timed_out: bool = False
    ) -> None:
        self.status = status
        """The exit status; 128 + n when signal n ended it."""
        self.stdout = stdout
        self.stderr = stderr
        self.timed_out = timed_out
        """It was killed because its time was over."""

    def __repr__(self) -> str:
        return f"Completed({self.status}, {self.stdout!r}, {self.stderr!r})"


def run_captured(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: str | None = None,
    timeout_seconds: float | None = None,
    input: bytes | None = None,  # noqa: A002 - the word every reader expects
) -> Completed:
    """Run a program to its end and keep what it writes.

    It gets a process group of its own; when the time is over, or we are interrupted, the whole
    group is killed. Without `input` its standard input is empty.

    Raises:
        FileAccessError: the program or `cwd` does not exist or may not be executed.
    """
    module = _subprocess()
    process = _start(
        module,
        argv,
        environment,
        cwd,
        stdin=module.DEVNULL if input is None else module.PIPE,
        stdout=module.PIPE,
        stderr=module.PIPE,
    )
    timed_out = False
    try:
        try:
            stdout, stderr = process.communicate(input, timeout=timeout_seconds)
        except module.TimeoutExpired:
            timed_out = True
            _kill_group(process)
            stdout, stderr = _rest(process, module)
    except BaseException:
        _kill_group(process)
        process.wait()
        raise
    return Completed(_shell_status(process.returncode), stdout, stderr, timed_out=timed_out)


def run_through(
    argv: Sequence[str], *, environment: Mapping[str, str], cwd: str | None = None
) -> int:
    """Run a program on our own terminal and standard streams; return its exit status.

    Ctrl-C reaches the child from the terminal; we wait for what it makes of it. The status is
    128 + n when signal n ended the child.

    Raises:
        FileAccessError: the program or `cwd` does not exist or may not be executed.
    """
    flush_streams()
    process = _start(_subprocess(), argv, environment, cwd, stdin=None, stdout=None, stderr=None)
    interrupts = 0
    while True:
        try:
            return _shell_status(process.wait())
        except KeyboardInterrupt:
            interrupts += 1
            if interrupts > 2:
                process.kill()
        except BaseException:
            process.terminate()
            try:
                process.wait(_GRACE_SECONDS)
            finally:
                process.kill()
                process.wait()
            raise


def run_by_lines(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: str | None,
    write: Callable[[bytes, bool], None],
    stop: threading.Event,
) -> int:
    """Run a program beside others and hand on what it writes, whole lines at a time.

    It gets a process group of its own, which is told to end when `stop` is set, and an empty
    standard input. The status is 128 + n when signal n ended it.

    Args:
        argv: the words of the program.
        environment: all its variables.
        cwd: where it runs.
        write: called with each line and whether it came from stderr; from several threads.
        stop: looked at ten times a second.

    Raises:
        FileAccessError: the program or `cwd` does not exist or may not be executed.
    """
    import threading
    from contextlib import suppress

    module = _subprocess()
    process = _start(
        module, argv, environment, cwd,
        stdin=module.DEVNULL, stdout=module.PIPE, stderr=module.PIPE,
    )  # fmt: skip

    def follow(stream: IO[bytes], is_error: bool) -> None:  # noqa: FBT001 - two streams
        for line in stream:
            write(line if line.endswith(b"\n") else line + b"\n", is_error)

    followers = [
        threading.Thread(target=follow, args=(stream, is_error), daemon=True)
        for stream, is_error in ((process.stdout, False), (process.stderr, True))
    ]
    try:
        for follower in followers:
            follower.start()
        while process.poll() is None:
            if stop.is_set():
                _end_group(process, module)
                break
            with suppress(module.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    except BaseException:
        _end_group(process, module)
        raise
    for follower in followers:
        follower.join(_GRACE_SECONDS if stop.is_set() else None)
    return _shell_status(process.returncode)


def _end_group(process: subprocess.Popen[bytes], module: ModuleType) -> None:
    """Tell a child and its children to end, and see to it."""
    if sys.platform == "win32":
        process.terminate()
    else:
        try:
            os.killpg(process.pid, _signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except module.TimeoutExpired:
        _kill_group(process)
        process.wait()


def replace_process(path: str, argv: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Become the program `path`; there is no way back.

    What was written so far is flushed first, and the signals that Python ignores are given their
    default meaning again. On Windows, where a process cannot become another program, it runs as a
    child and we end with its status.

    Raises:
        OSError: the file cannot be executed; this process goes on.
    """
    flush_streams()
    if sys.platform == "win32":
        raise SystemExit(run_through([path, *argv[1:]], environment=environment))
    ignored = [
        number
        for number in (_signal.SIGPIPE, getattr(_signal, "SIGXFSZ", None))
        if number is not None and _signal.getsignal(number) is _signal.SIG_IGN
    ]
    for number in ignored:
        _signal.signal(number, _signal.SIG_DFL)
    try:
        os.execve(path, list(argv), dict(environment))  # noqa: S606 - what it is for
    finally:
        for number in ignored:
            _signal.signal(number, _signal.SIG_IGN)


def processors() -> int:
    """How many processes can be at work at once; 0 where forking is dangerous."""
    if sys.platform != "linux":
        return 0  # the libraries of other systems do not survive a fork
    return min(len(os.sched_getaffinity(0)), _MOST_PROCESSORS)


def middle_of(weights: Sequence[int]) -> int:
    """Where to cut work in two for two workers: how many pieces the first of them gets."""
    half = sum(weights) // 2
    passed = 0
    for position, weight in enumerate(weights):
        if passed >= half:
            return position
        passed += weight
    return len(weights)


class ForkedWorker:
    """A copy of this process that does one kind of work; see `fork_worker`."""

    __slots__ = ("_answers", "_guard", "_requests", "is_alive", "pid")

    def __init__(self, pid: int, requests: int, answers: int) -> None:
        self.pid = pid
        self._requests = requests
        self._answers = answers
        self._guard = _thread.allocate_lock()
        self.is_alive = True
        """It has answered every request so far."""

    def ask(self, request: bytes) -> bytes:
        """Have `request` worked on and wait for the answer; ``b""`` when the process is gone."""
        with self._guard:
            self.begin(request)
            return self.answer()

    def begin(self, request: bytes) -> None:
        """Have `request` worked on; `answer` waits for what comes of it.

        For one thread: between the two, nobody may ask.
        """
        if self.is_alive:
            try:
                _send(self._requests, request)
            except OSError:
                self.is_alive = False

    def answer(self) -> bytes:
        """What came of the request that was begun; ``b""`` when the process is gone."""
        answer = None
        if self.is_alive:
            try:
                answer = _receive(self._answers)
            except OSError:
                answer = None
        self.is_alive = answer is not None
        return answer or b""

    def close(self) -> None:
        """End the process, whatever it is doing."""
        try:
            os.kill(self.pid, _signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        with self._guard:  # whoever waits for an answer has noticed by now
            if self._requests >= 0:
                os.close(self._requests)
                os.close(self._answers)
            self._requests = self._answers = -1
            self.is_alive = False


def fork_worker(work: Callable[[bytes], bytes]) -> ForkedWorker | None:
    """Fork a process that answers requests with `work` until it is closed, or we are gone.

    Returns:
        `None` where that is not possible or not safe: without ``fork``, or beside other threads,
        whose locks the copy would find closed for ever.
    """
    threading = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threading is not None and threading.active_count() > 1):
        return None
    requests_end, requests = os.pipe()
    answers, answers_end = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        for each in (requests_end, requests, answers, answers_end):
            os.close(each)
        return None
    if pid == 0:
        try:
            _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # from the terminal, meant for us both
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
            os.close(requests)
            os.close(answers)
            while (request := _receive(requests_end)) is not None:
                _send(answers_end, work(request))
        finally:
            os._exit(0)  # nothing that was begun before the fork may be finished here
    os.close(requests_end)
    os.close(answers_end)
    return ForkedWorker(pid, requests, answers)


def _send(descriptor: int, message: bytes) -> None:
    """Write a message, its length first.

    Raises:
        OSError: nobody reads it.
    """
    left = memoryview(len(message).to_bytes(_LENGTH_BYTES, "little") + message)
    while left:
        left = left[os.write(descriptor, left) :]


def _receive(descriptor: int) -> bytes | None:
    """Read a message; `None` when the other side is gone.

    Raises:
        OSError: the pipe broke.
    """
    pieces: list[bytes] = []
    left = _LENGTH_BYTES
    is_length = True
    while True:
        while left:
            piece = os.read(descriptor, min(left, _PIPE_BYTES))
            if not piece:
                return None
            pieces.append(piece)
            left -= len(piece)
        message = b"".join(pieces)
        if not is_length:
            return message
        is_length = False
        left = int.from_bytes(message, "little")
        pieces.clear()


def find_program(name: str, environment: Mapping[str, str], *, platform: str) -> str | None:
    """Find the executable file `name` the way the system would, on the ``PATH`` of `environment`.

    A name with a path separator is taken as it is. On Windows the endings of ``PATHEXT`` are
    tried. `None` when there is no such program.
    """
    windows = platform == "win32"
    has_separator = "/" in name or (windows and "\\" in name)
    endings = _endings(name, environment) if windows else ("",)
    if has_separator:
        folders = [""]
    else:
        folders = environment.get("PATH", os.defpath).split(";" if windows else ":")
    for folder in folders:
        for ending in endings:
            candidate = os.path.join(folder or ("" if has_separator else "."), name) + ending
            if os.path.isfile(candidate) and (windows or os.access(candidate, os.X_OK)):
                return candidate
    return None


def flush_streams() -> None:
    """Write out what waits in our own standard output and error; a closed pipe is no matter."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                continue


def _endings(name: str, environment: Mapping[str, str]) -> Sequence[str]:
    listed = environment.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";")
    endings = [ending.lower() for ending in listed if ending]
    lowered = name.lower()
    return ["", *endings] if any(lowered.endswith(e) for e in endings) else endings


def _subprocess() -> ModuleType:
    """The module `subprocess`, whose import takes longer than the rest of ``pipenv run``."""
    import subprocess

    return subprocess


def _start(
    module: ModuleType,
    argv: Sequence[str],
    environment: Mapping[str, str],
    cwd: str | None,
    **streams: int | None,
) -> subprocess.Popen[bytes]:
    captured = streams["stdout"] is not None
    try:
        process: subprocess.Popen[bytes] = module.Popen(
            list(argv),
            env=dict(environment),
            cwd=cwd,
            start_new_session=captured and sys.platform != "win32",
            **streams,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        from pipenv.errors import FileAccessError

        raise FileAccessError(f"cannot run `{argv[0]}`: {reason.lower()}") from error
    return process


def _rest(process: subprocess.Popen[bytes], module: ModuleType) -> tuple[bytes, bytes]:
    """What a killed child still left in the pipes; a grandchild may keep them open for ever."""
    try:
        stdout, stderr = process.communicate(timeout=_GRACE_SECONDS)
    except module.TimeoutExpired as error:
        return error.output or b"", error.stderr or b""
    return stdout, stderr


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        try:
            os.killpg(process.pid, _signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()


def _shell_status(returncode: int) -> int:
    return _SHELL_SIGNAL_BASE - returncode if returncode < 0 else returncode
