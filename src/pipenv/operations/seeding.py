"""A new environment gets the wheels that its interpreter brings: pip, before 3.12 setuptools."""

from __future__ import annotations

import hashlib

from pipenv.events import Notice
from pipenv.installer.plan import plan
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.virtualenvs import creation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Environment
    from pipenv.operations.provisioning import Engines


def seed(engines: Engines, environment: Environment) -> None:
    """Install the wheels that the interpreter brings for new environments (`ensurepip`)."""
    pins: list[Pin] = []
    wheels = {}
    for path in creation.bundled_wheels(environment.interpreter):
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        store = engines.wheel_store()
        wheel = store.get(digest) or store.add(path, digest)
        pins.append(Pin(wheel.name, wheel.version, (), IndexOrigin(None), (), None))
        wheels[wheel.name] = wheel
    if not pins:
        engines.report(
            Notice("no-pip", "this Python brings no pip; the virtualenv is made without it")
        )
        return
    engines.execute(plan(pins, []), wheels, environment, requested=())
