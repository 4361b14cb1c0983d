"""Package indexes: what versions there are, what they need, and their files.

Owns project pages, their cache, metadata and downloads.  Leaves choosing to `pipenv.resolver` and
building to whoever implements `source_builder`.  The way in is `catalog`; `retrieval` is its half
that talks to the network, loaded when the cache does not hold what is asked for.
"""
