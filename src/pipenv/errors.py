"""Every error that Pipenv raises on purpose, in one tree.

A family says who can do what about it, a leaf says what happened::

    PipenvError                              exit status 1 unless stated
    ├── UsageError                           2: the command line cannot be carried out as written
    │   └── RequestRefused                   1: it can be read, and what it asks for cannot be done
    ├── ProjectError                         the project's own files
    │   ├── PipfileNotFound · LockfileNotFound
    │   ├── InvalidPipfile · InvalidLockfile · ConflictedLockfile · UntrustedLockfile
    │   └── LockfileOutOfDate · LocksDisagree
    ├── InvalidValue                         text that its grammar refuses (also a ValueError)
    │   └── InvalidSpecifier
    ├── ResolutionError
    │   ├── PackageNotFound · ResolutionImpossible · ResolutionTooDeep
    ├── NetworkError
    │   ├── ConnectionFailed · HttpStatusError · CredentialsRejected · MalformedPage · NotCached
    ├── IntegrityError                       never retried, never offered a switch to skip
    │   ├── DigestMismatch · UnsafeArchive · MetadataMismatch
    ├── BuildError                           carries the backend's output, verbatim
    │   ├── BackendFailed · CheckoutFailed · CyclicBuild
    ├── VirtualenvError
    │   ├── InterpreterNotFound · VirtualenvNotFound · VirtualenvBroken · ExternallyManaged
    ├── InstallError
    │   ├── FileConflict · NoCompatibleArtifact · UnsupportedEnvironment
    ├── Busy                                 another Pipenv holds the lock
    └── FileAccessError                      the operating system refused a file or folder

``str(error)`` is one plain sentence: no colour, no secret.  ``hints`` are actions, ideally
commands.  Errors never print and never exit; `pipenv.cli.diagnostics` does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.conflicts import ConflictFact, Fix


class PipenvError(Exception):
    """The root of the tree; catch it only where text is made of it."""

    code: str = "error"
    exit_status: int = 1

    def __init__(self, message: str, *, hints: Sequence[str] = (), details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hints = tuple(hints)
        self.details = details
        """Longer text shown below the message as it is: a proof, a backend's output."""

    def __str__(self) -> str:
        return self.message


class UsageError(PipenvError):
    """The command line cannot be carried out as written."""

    code = "usage"
    exit_status = 2


class RequestRefused(UsageError):
    """What was asked for can be read, and cannot be done: the status is upstream's."""

    exit_status = 1


class ProjectError(PipenvError):
    """Something about the project's own files."""

    code = "project"


class PipfileNotFound(ProjectError):
    """No Pipfile here or above."""

    code = "pipfile-not-found"


class LockfileNotFound(ProjectError):
    """A lockfile is needed and there is none."""

    code = "lockfile-not-found"

    def __init__(
        self, message: str, *, hints: Sequence[str] = (), is_expected_by_programs: bool = False
    ) -> None:
        super().__init__(message, hints=hints)
        self.is_expected_by_programs = is_expected_by_programs
        """Programs that see this go on to lock."""


class InvalidPipfile(ProjectError):
    """The Pipfile cannot be read as one; `details` lists every problem, one a line."""

    code = "invalid-pipfile"


class InvalidLockfile(ProjectError):
    """The lockfile cannot be read as one."""

    code = "invalid-lockfile"


class ConflictedLockfile(InvalidLockfile):
    """The lockfile has the marks of a merge that version control could not finish."""

    code = "conflicted-lockfile"


class UntrustedLockfile(InvalidLockfile):
    """Hashes in the lockfile are malformed, or of algorithms that no file can be trusted by."""

    code = "untrusted-lockfile"


class LockfileOutOfDate(ProjectError):
    """The lockfile was made from another Pipfile; `found` and `expected` are the two hashes."""

    code = "lockfile-out-of-date"

    def __init__(
        self, message: str, *, found: str, expected: str, hints: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hints=hints)
        self.found = found
        self.expected = expected


class LocksDisagree(ProjectError):
    """Pipfile.lock and pylock.toml list other versions, and that counts."""

    code = "locks-disagree"


class InvalidValue(PipenvError, ValueError):
    """A text that the grammar of its standard refuses."""

    code = "invalid-value"


class InvalidSpecifier(InvalidValue):
    """A text that is no set of version specifiers; `text` is it."""

    code = "invalid-specifier"

    def __init__(self, message: str, *, text: str, hints: Sequence[str] = ()) -> None:
        super().__init__(message, hints=hints)
        self.text = text


class ResolutionError(PipenvError):
    """No set of versions could be chosen."""

    code = "resolution"

    def __init__(
        self,
        message: str,
        *,
        hints: Sequence[str] = (),
        details: str = "",
        conflict: Sequence[ConflictFact] = (),
    ) -> None:
        super().__init__(message, hints=hints, details=details)
        self.conflict = tuple(conflict)
        """The facts behind `message` and `details`, as data."""
        self.fixes: tuple[Fix, ...] = ()
        """Changes that were tried and help, the smallest first; set by whoever tries them."""
        self.suggestions: tuple[str, ...] = ()
        """Names that exist and may be meant instead of one that does not; set likewise."""


class PackageNotFound(ResolutionError):
    """No index knows the name."""

    code = "package-not-found"


class ResolutionImpossible(ResolutionError):
    """The requirements contradict each other; `details` is the derivation in plain words."""

    code = "resolution-impossible"


class ResolutionTooDeep(ResolutionError):
    """The search was given up at a bound."""

    code = "resolution-too-deep"


class NetworkError(PipenvError):
    """Something between us and an index."""

    code = "network"


class ConnectionFailed(NetworkError):
    """A host could not be reached, or stopped answering."""

    code = "connection-failed"

    def __init__(
        self, message: str, *, hints: Sequence[str] = (), details: str = "", attempts: int = 0
    ) -> None:
        super().__init__(message, hints=hints, details=details)
        self.attempts = attempts
        """How often it was tried until it was given up; 0 where trying again is no use."""


class HttpStatusError(NetworkError):
    """A server answered with a status that is no answer to the question."""

    code = "http-status"

    def __init__(self, message: str, *, status: int, hints: Sequence[str] = ()) -> None:
        super().__init__(message, hints=hints)
        self.status = status


class CredentialsRejected(NetworkError):
    """401 or 403: the index wants other credentials."""

    code = "credentials-rejected"


class MalformedPage(NetworkError):
    """A project page that is neither of the two forms of the simple API."""

    code = "malformed-page"


class NotCached(NetworkError):
    """Offline, and the cache does not hold what is needed; `missing` names each of it."""

    code = "not-cached"

    def __init__(
        self, message: str, *, missing: Sequence[str] = (), hints: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hints=hints)
        self.missing = tuple(missing)


class IntegrityError(PipenvError):
    """Content is not what was promised. Never retried, and no switch skips it."""

    code = "integrity"


class DigestMismatch(IntegrityError):
    """A file has another digest than the lock or the index says."""

    code = "digest-mismatch"


class UnsafeArchive(IntegrityError):
    """An archive that tries what no honest one does, or is damaged."""

    code = "unsafe-archive"


class MetadataMismatch(IntegrityError):
    """A distribution's own metadata contradicts its file name, the index or the lock."""

    code = "metadata-mismatch"


class BuildError(PipenvError):
    """A source tree did not become a wheel; `details` is the backend's output, verbatim."""

    code = "build"


class BackendFailed(BuildError):
    """The build backend ended with an error."""

    code = "backend-failed"

    def __init__(
        self, message: str, *, hints: Sequence[str] = (), details: str = "", package: str = ""
    ) -> None:
        super().__init__(message, hints=hints, details=details)
        self.package = package
        """What was built, where it is one of the packages that were wanted."""


class CheckoutFailed(BuildError):
    """A version control tool could not bring the wanted commit."""

    code = "checkout-failed"


class CyclicBuild(BuildError):
    """A package needs itself to be built."""

    code = "cyclic-build"


class VirtualenvError(PipenvError):
    """Something about an environment or an interpreter."""

    code = "virtualenv"


class InterpreterNotFound(VirtualenvError):
    """No Python fits what was asked for."""

    code = "interpreter-not-found"


class VirtualenvNotFound(VirtualenvError):
    """The project has no environment yet."""

    code = "virtualenv-not-found"


class VirtualenvBroken(VirtualenvError):
    """There is an environment, but it cannot be used."""

    code = "virtualenv-broken"


class ExternallyManaged(VirtualenvError):
    """The interpreter belongs to the operating system (PEP 668)."""

    code = "externally-managed"


class InstallError(PipenvError):
    """The environment could not be brought to the wanted state."""

    code = "install"


class FileConflict(InstallError):
    """Two distributions claim one file."""

    code = "file-conflict"


class NoCompatibleArtifact(InstallError):
    """A locked version has no file that this environment can use."""

    code = "no-compatible-artifact"


class UnsupportedEnvironment(InstallError):
    """A lock says itself that it is not for this environment."""

    code = "unsupported-environment"


class Busy(PipenvError):
    """Another process holds a lock for longer than we wait."""

    code = "busy"


class FileAccessError(PipenvError):
    """The operating system refused to read or write a file."""

    code = "file-access"
