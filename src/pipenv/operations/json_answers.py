"""Answers of services, as JSON."""

from __future__ import annotations

import json

from pipenv.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.network.responses import Response


def json_answer(response: Response) -> object:
    """Return what a server has answered.

    Raises:
        InvalidValue: it is no JSON.
        MalformedPage: it is not in the announced coding, or too much.
    """
    try:
        return json.loads(response.body())
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"{response.address.shown()} did not answer in JSON") from error
