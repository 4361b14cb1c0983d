"""The dependency resolver: from requirements to one version per package, or to why there is none.

Pure: asks everything of a `provider.PackageProvider` and reads nothing else.  It owns the search
and its explanation; which files make a version usable, and where metadata comes from, is the
provider's.
The way in is `solver.solve`.
"""
