"""``python -m pipenv`` is ``pipenv``."""

import sys

from pipenv.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
