"""Vulnerability records of the indexes themselves, by their JSON API."""

from __future__ import annotations

from pipenv.errors import CredentialsRejected, HttpStatusError, InvalidValue, MalformedPage
from pipenv.index.workers import Workers
from pipenv.models.records import NamedTuple
from pipenv.models.versions import version_key
from pipenv.models.vulnerabilities import records_of_index
from pipenv.network.source_urls import source_address
from pipenv.operations.json_answers import json_answer
from pipenv.operations.vulnerability_cache import Remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipenv.models.indexes import Index
    from pipenv.models.vulnerabilities import Vulnerability
    from pipenv.operations.audited_packages import Audited
    from pipenv.operations.session import Session
    from pipenv.operations.vulnerability_cache import AnswerBook

_THREADS = 8
_MOST_BYTES = 32 << 20
_FRESH_SECONDS = 15 * 60
"""For so long indexes let others keep such an answer."""


class _Place(NamedTuple):
    """An index that may be asked."""

    source: Index
    base: str
    """What the address of its JSON API begins with: no user name, no password."""


class IndexAdvisories:
    """Asks the index that each package is from: no name leaves for another place."""

    def __init__(self, session: Session, sources: Sequence[Index], book: AnswerBook) -> None:
        """Prepare to ask `sources`, or the default index where there are none."""
        self._session = session
        self._book = book
        asked = session.mirrored(tuple(sources) or (session.default_index(),))
        self._places = [
            _Place(each, _base(source_address(each.url, session.environ).url)) for each in asked
        ]

    def ask(self, packages: Sequence[Audited]) -> Iterator[tuple[Audited, Remembered | str]]:
        """Yield for each package what its index knows, or why that is nothing.

        Raises:
            ConnectionFailed: an index cannot be reached.
            HttpStatusError: it is in trouble.
        """
        client = self._session.client()
        for place in self._places:
            client.register(place.source.url, verify_ssl=place.source.verify_ssl)
        workers = Workers(_THREADS)
        try:
            jobs = [workers.submit(lambda each=each: self._answer(each)) for each in packages]  # type: ignore[misc]
            for each, job in zip(packages, jobs, strict=True):
                yield each, job.result()
        finally:
            workers.close()

    def recall(self, package: Audited) -> Remembered | None:
        """What an earlier run was told."""
        for place in self._places_of(package):
            found = self._book.get(place.base, package.name, package.public)
            if found is not None:
                return found
        return None

    def _places_of(self, package: Audited) -> list[_Place]:
        return [each for each in self._places if package.index in {None, each.source.name}]

    def _answer(self, package: Audited) -> Remembered | str:
        reason = f"no source is called `{package.index}`"
        for place in self._places_of(package):
            known = self._book.get(place.base, package.name, package.public)
            if known is not None and self._is_fresh(known):
                return known
            try:
                found = self._records(place, package)
            except CredentialsRejected:
                reason = f"`{place.source.name}` does not show its vulnerability records"
            except HttpStatusError as error:
                if error.status == 429 or error.status >= 500:
                    raise
                reason = f"`{place.source.name}` has no vulnerability records of it"
            except (InvalidValue, MalformedPage):
                reason = f"`{place.source.name}` has no vulnerability records of it"
            else:
                self._book.put(place.base, package.name, package.public, found)
                return Remembered(self._session.now, tuple(found))
        return reason

    def _records(self, place: _Place, package: Audited) -> list[Vulnerability]:
        """What an index says of a version, or of the project where that version is the newest."""
        project = f"{place.base}/pypi/{package.name}"
        document = self._document(f"{project}/{package.public}/json", accepted=(200, 404))
        if document is not None:
            return records_of_index(document)
        # There are indexes that serve the document of the project alone.
        document = self._document(f"{project}/json", accepted=(200,))
        info = document.get("info") if isinstance(document, dict) else None
        version = info.get("version") if isinstance(info, dict) else None
        if not isinstance(version, str) or version_key(version) != version_key(package.public):
            raise InvalidValue("the document is about another version")
        return records_of_index(document)

    def _document(self, url: str, accepted: tuple[int, ...]) -> object:
        """A JSON document; `None` where there is none."""
        response = self._session.client().get(
            url, headers={"Accept": "application/json"}, accepted=accepted, limit_bytes=_MOST_BYTES
        )
        return None if response.status != 200 else json_answer(response)

    def _is_fresh(self, known: Remembered) -> bool:
        age = self._session.now - known.at
        return 0 <= age < _FRESH_SECONDS and not self._session.settings.flag("clear")


def _base(url: str) -> str:
    return url.rstrip("/").removesuffix("/simple")
