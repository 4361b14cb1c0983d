"""SHA-256 without `hashlib`, which loads OpenSSL: for small data, in commands that must be fast."""

from __future__ import annotations

__all__ = ["sha256"]

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # since 3.12
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256
