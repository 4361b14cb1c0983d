"""OSV, or a service that speaks its protocol: ``/v1/querybatch`` and ``/v1/vulns/ID``."""

from __future__ import annotations

import json
import re

from pipenv.errors import HttpStatusError, InvalidValue, NetworkError
from pipenv.index.workers import Workers
from pipenv.models.vulnerabilities import (
    Vulnerability,
    essence_of_osv,
    record_of_osv,
)
from pipenv.operations.json_answers import json_answer
from pipenv.operations.vulnerability_cache import Remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.models.indexes import Index
    from pipenv.operations.audited_packages import Audited, Key
    from pipenv.operations.session import Session
    from pipenv.operations.vulnerability_cache import AnswerBook

OSV = "https://api.osv.dev"
_BATCH = 500
"""The service takes a thousand questions at once."""
_THREADS = 8
_MOST_PAGES = 50
_MOST_RECORDS = 20_000
_MOST_BYTES = 32 << 20
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")


class OsvService:
    """Asks for the names of records, a batch of packages at once, and for each record once."""

    def __init__(
        self, session: Session, sources: Sequence[Index], book: AnswerBook, url: str | None
    ) -> None:
        """Prepare.

        Args:
            session: of the project.
            sources: of the lock.
            book: answers and records of earlier runs.
            url: of a service that the user has chosen; `None`: OSV, which is not told the names
                of packages that are not from the default index.
        """
        self._session = session
        self._book = book
        self._url = (url or OSV).rstrip("/")
        self._private = frozenset[str]()
        self._first = sources[0].name if sources else None
        if url is None:
            public = session.default_index().url.rstrip("/")
            self._private = frozenset(each.name for each in sources if _address(each.url) != public)

    def ask(self, packages: Sequence[Audited]) -> Iterator[tuple[Audited, Remembered | str]]:
        """Yield for each package what the service knows, or why it was not asked.

        Raises:
            NetworkError: it cannot be reached, is in trouble, or goes on without end.
            InvalidValue: it does not speak the protocol.
        """
        asked: list[Audited] = []
        for each in packages:
            place = each.index or self._first
            if place in self._private:
                yield each, f"it is from `{place}`, and OSV is not told of private names"
            else:
                asked.append(each)
        names: dict[Key, dict[str, str]] = {}
        for start in range(0, len(asked), _BATCH):
            names.update(self._names(asked[start : start + _BATCH]))
        records = self._records(names)
        for each in asked:
            found = [
                record
                for identifier in sorted(names[each.key])
                if (record := _judged(records[identifier], identifier, each)) is not None
            ]
            self._book.put(self._url, each.name, each.public, found)
            yield each, Remembered(self._session.now, tuple(found))

    def recall(self, package: Audited) -> Remembered | None:
        """What an earlier run was told."""
        return self._book.get(self._url, package.name, package.public)

    def _names(self, packages: Sequence[Audited]) -> dict[Key, dict[str, str]]:
        """For each package the names of its records, and when each was modified."""
        found: dict[Key, dict[str, str]] = {each.key: {} for each in packages}
        waiting: list[tuple[Audited, str | None]] = [(each, None) for each in packages]
        for _ in range(_MOST_PAGES):
            if not waiting:
                return found
            waiting = self._page(waiting, found)
            if sum(map(len, found.values())) > _MOST_RECORDS:
                break
        raise NetworkError(f"`{self._url}` sends vulnerabilities without end")

    def _page(
        self, asked: Sequence[tuple[Audited, str | None]], found: Mapping[Key, dict[str, str]]
    ) -> list[tuple[Audited, str | None]]:
        """Ask once; note the names of records; return what has further pages."""
        queries = []
        for package, token in asked:
            query: dict[str, object] = {
                "package": {"name": package.name, "ecosystem": "PyPI"},
                "version": package.public,
            }
            queries.append(query if token is None else {**query, "page_token": token})
        url = f"{self._url}/v1/querybatch"
        content = json.dumps({"queries": queries}).encode()
        document = json_answer(
            self._session.client().post(
                url, content, content_type="application/json", limit_bytes=_MOST_BYTES
            )
        )
        results = document.get("results") if isinstance(document, dict) else None
        if not isinstance(results, list) or len(results) != len(asked):
            raise InvalidValue(f"`{url}` did not answer every question")
        further: list[tuple[Audited, str | None]] = []
        for (package, _), result in zip(asked, results, strict=True):
            listed = result.get("vulns", []) if isinstance(result, dict) else None
            if not isinstance(listed, list):
                raise InvalidValue(f"`{url}` sent an answer that is none")
            for each in listed:
                if not isinstance(each, dict) or not isinstance(each.get("id"), str):
                    raise InvalidValue(f"`{url}` sent a vulnerability without a name")
                found[package.key][each["id"]] = str(each.get("modified") or "")
            token = result.get("next_page_token")
            if isinstance(token, str) and token:
                further.append((package, token))
        return further

    def _records(self, names: Mapping[Key, Mapping[str, str]]) -> dict[str, dict[str, object]]:
        """The records of all names; those that were not modified come from the cache."""
        wanted: dict[str, str] = {}
        for each in names.values():
            wanted.update(each)
        workers = Workers(_THREADS)
        try:
            jobs = {
                identifier: workers.submit(
                    lambda identifier=identifier, modified=modified: self._record(  # type: ignore[misc]
                        identifier, modified
                    )
                )
                for identifier, modified in sorted(wanted.items())
            }
            return {identifier: job.result() for identifier, job in jobs.items()}
        finally:
            workers.close()

    def _record(self, identifier: str, modified: str) -> dict[str, object]:
        """One record; an empty one where the service names it and does not have it."""
        known = self._book.document(self._url, identifier, modified) if modified else None
        if known is not None and not self._session.settings.flag("clear"):
            return known
        if _IDENTIFIER.fullmatch(identifier) is None:
            return {}
        url = f"{self._url}/v1/vulns/{identifier}"
        try:
            response = self._session.client().get(url, limit_bytes=_MOST_BYTES)
        except HttpStatusError as error:
            if error.status in {404, 410}:
                return {}
            raise
        record = essence_of_osv(json_answer(response))
        self._book.keep_document(self._url, identifier, modified, record)
        return record


def _judged(
    record: Mapping[str, object], identifier: str, package: Audited
) -> Vulnerability | None:
    if not record:  # it was told of, and that is all that is known
        name = "".join(sign for sign in identifier if sign.isprintable())[:200]
        return Vulnerability(name, (), "", ())
    return record_of_osv(record, package.name, package.version)


def _address(url: str) -> str:
    return url.rstrip("/")
