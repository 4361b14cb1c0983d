"""Names that may be meant instead of one that no index knows; pure, whether they exist is unknown.

Guesses come from lists only, never from variations alone: a name that is merely possible may belong
to somebody who waits for the mistake.
"""

from __future__ import annotations

import difflib
from types import MappingProxyType

from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 4
_CUTOFF = 0.78
_OWN_CUTOFF = 0.7
_AFFIXES = (("python-", ""), ("py", ""), ("", "-python"), ("", "-py"), ("", "-client"))

IMPORTED_AS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "attr": ("attrs",),
        "bio": ("biopython",),
        "bs4": ("beautifulsoup4",),
        "bson": ("pymongo",),
        "cairo": ("pycairo",),
        "corsheaders": ("django-cors-headers",),
        "crypto": ("pycryptodome",),
        "cryptodome": ("pycryptodomex",),
        "cv2": ("opencv-python", "opencv-python-headless"),
        "dateutil": ("python-dateutil",),
        "debug-toolbar": ("django-debug-toolbar",),
        "discord": ("discord-py",),
        "django-rest-framework": ("djangorestframework",),
        "dns": ("dnspython",),
        "docx": ("python-docx",),
        "dotenv": ("python-dotenv",),
        "environ": ("django-environ",),
        "faiss": ("faiss-cpu",),
        "fitz": ("pymupdf",),
        "gi": ("pygobject",),
        "git": ("gitpython",),
        "github": ("pygithub",),
        "gitlab": ("python-gitlab",),
        "google-cloud": ("google-cloud-storage",),
        "googleapiclient": ("google-api-python-client",),
        "grpc": ("grpcio",),
        "grpc-tools": ("grpcio-tools",),
        "jose": ("python-jose",),
        "jwt": ("pyjwt",),
        "kafka": ("kafka-python",),
        "ldap": ("python-ldap",),
        "magic": ("python-magic",),
        "markdown-it": ("markdown-it-py",),
        "mpl-toolkits": ("matplotlib",),
        "msgpack-python": ("msgpack",),
        "multipart": ("python-multipart",),
        "mysqldb": ("mysqlclient",),
        "nacl": ("pynacl",),
        "openssl": ("pyopenssl",),
        "osgeo": ("gdal",),
        "pil": ("pillow",),
        "pkg-resources": ("setuptools",),
        "pptx": ("python-pptx",),
        "psycopg2": ("psycopg2-binary",),
        "pylab": ("matplotlib",),
        "rest-framework": ("djangorestframework",),
        "ruamel": ("ruamel-yaml",),
        "serial": ("pyserial",),
        "sklearn": ("scikit-learn",),
        "skimage": ("scikit-image",),
        "slugify": ("python-slugify",),
        "socks": ("pysocks",),
        "telegram": ("python-telegram-bot",),
        "usb": ("pyusb",),
        "websocket": ("websocket-client",),
        "win32api": ("pywin32",),
        "win32com": ("pywin32",),
        "wx": ("wxpython",),
        "xdist": ("pytest-xdist",),
        "yaml": ("pyyaml",),
        "zmq": ("pyzmq",),
        "zstd": ("zstandard",),
    }
)
"""What people import, or think a distribution is called → what it is called; canonical."""

POPULAR = (
    "aiofiles aiohttp alembic altair anthropic anyio argcomplete arrow asgiref asyncpg attrs "
    "authlib azure-core azure-identity azure-storage-blob babel bandit bcrypt beautifulsoup4 "
    "black bleach blinker bokeh boto3 botocore build cachetools celery certifi cffi "
    "charset-normalizer click cloudpickle colorama commitizen coverage cryptography cython "
    "dash dask databricks-sdk datasets decorator defusedxml deprecated distlib django "
    "django-cors-headers django-debug-toolbar django-environ django-extensions django-filter "
    "djangorestframework dnspython docker docutils drf-spectacular duckdb elasticsearch "
    "email-validator et-xmlfile faker fastapi fastparquet filelock flake8 flask flask-cors "
    "flask-login flask-migrate flask-sqlalchemy flask-wtf fonttools freezegun fsspec future "
    "gensim geopandas gevent gitpython google-api-core google-api-python-client google-auth "
    "google-cloud-bigquery google-cloud-pubsub google-cloud-storage gradio graphene greenlet "
    "grpcio grpcio-tools gunicorn h11 h5py hatchling httpcore httptools httpx huggingface-hub "
    "hypercorn hypothesis idna imageio importlib-metadata importlib-resources iniconfig "
    "invoke ipykernel ipython isodate isort itsdangerous jinja2 jmespath joblib jsonpath-ng "
    "jsonschema jupyter jupyterlab jwcrypto kafka-python keras keyring kombu kubernetes "
    "langchain langchain-core lightgbm llvmlite locust loguru lxml mako markdown "
    "markdown-it-py markupsafe marshmallow matplotlib mccabe minio mkdocs mkdocs-material "
    "mlflow more-itertools moto motor msal msgpack multidict mypy mypy-extensions mysqlclient "
    "nest-asyncio networkx newrelic nltk nodeenv nose2 notebook nox numba numpy oauthlib "
    "openai opencv-python opencv-python-headless openpyxl opentelemetry-api opentelemetry-sdk "
    "oracledb orjson packaging pandas paramiko pendulum pexpect pillow platformdirs "
    "playwright plotly pluggy poetry polars pre-commit prometheus-client prompt-toolkit "
    "protobuf psutil psycopg psycopg-binary psycopg2 psycopg2-binary pyarrow pyasn1 "
    "pycodestyle pycparser pycryptodome pycryptodomex pydantic pydantic-core "
    "pydantic-settings pyflakes pygithub pygments pyinstaller pyjwt pylint pymongo pymssql "
    "pymysql pynacl pyodbc pyopenssl pyparsing pypdf pyright pyserial pysocks pyspark pytest "
    "pytest-asyncio pytest-benchmark pytest-cov pytest-django pytest-mock pytest-xdist "
    "python-dateutil python-docx python-dotenv python-gitlab python-jose python-json-logger "
    "python-ldap python-magic python-multipart python-pptx python-slugify python-telegram-bot "
    "pytz pywin32 pyyaml pyzmq ray redis regex reportlab requests requests-mock "
    "requests-oauthlib requests-toolbelt responses respx rich rsa ruamel-yaml ruff s3fs "
    "s3transfer scikit-image scikit-learn scipy scrapy seaborn selenium sentry-sdk setuptools "
    "shapely simplejson six slack-sdk sniffio snowflake-connector-python sortedcontainers "
    "spacy sphinx sphinx-rtd-theme sqlalchemy sqlalchemy-utils sqlmodel sqlparse starlette "
    "statsmodels streamlit stripe structlog sympy tabulate tenacity tensorboard tensorflow "
    "termcolor textual tiktoken tokenizers tomli tomlkit toolz torch torchaudio torchvision "
    "tornado tox tqdm traitlets transformers twilio twine twisted typer types-pyyaml "
    "types-requests typing-extensions tzdata tzlocal ujson unidecode urllib3 uvicorn uvloop "
    "virtualenv waitress watchdog watchfiles wcwidth webdriver-manager websocket-client "
    "websockets werkzeug wheel whitenoise wrapt wtforms xgboost xlrd xlsxwriter xmltodict "
    "yarl zeep zipp zope-interface zstandard"
)
"""Names that many projects use; separated by blanks, which keeps this a short module."""


def alternatives(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return names that may be meant by `name`, the likeliest first.

    Args:
        name: as no index knows it, in any spelling.
        known: names from the project's own surroundings, canonical; they come first.
    """
    wanted = canonical_name(name)
    ours = dict.fromkeys(each for each in known if each != wanted)
    every = {**ours, **dict.fromkeys(POPULAR.split())}
    found = dict.fromkeys(each for each in IMPORTED_AS.get(wanted, ()) if each != wanted)
    squeezed = wanted.replace("-", "")
    found.update(dict.fromkeys(each for each in every if each.replace("-", "") == squeezed))
    for start, end in _AFFIXES:
        for each in (f"{start}{wanted}{end}", wanted.removeprefix(start).removesuffix(end)):
            if each in every:
                found[each] = None
    for pool, cutoff in ((ours, _OWN_CUTOFF), (every, _CUTOFF)):
        close = difflib.get_close_matches(wanted, pool, n=MOST, cutoff=cutoff)
        found.update(dict.fromkeys(close))
    found.pop(wanted, None)
    return tuple(found)[:MOST]
