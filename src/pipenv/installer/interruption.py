"""Whether a killed run has left something. Loads next to nothing: almost none has."""

from __future__ import annotations

import os

from pipenv.archives.reserved_folder import RESERVED_FOLDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Environment


def is_interrupted(environment: Environment) -> bool:
    """Tell whether an installation or removal was cut short; `journal.recover` undoes it."""
    folder = os.path.join(environment.paths.purelib, RESERVED_FOLDER)
    return os.path.lexists(folder) or os.path.lexists(folder + ".done")
