"""Source trees into metadata and wheels.

Owns: version-control checkouts, the static metadata of a source tree, the hooks of build backends
and the cache of built wheels.  Does not own: the environments that builds run in (`isolation` is
the protocol of whoever provides them), downloading, installing.  The way in is `builder`.
"""
