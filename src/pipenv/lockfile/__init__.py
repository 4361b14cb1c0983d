"""The file that Pipenv writes: what exactly to install.

Owns reading, writing, generating and comparing locks; opens no file and solves nothing.  The ways
in are `reader`, `writer` and `generator`; `freshness` alone answers whether a lock is up to date.
"""
