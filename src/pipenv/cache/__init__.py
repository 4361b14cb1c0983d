"""What can be made again: folders and files below the cache folder.

The way in for unpacked wheels is `wheel_store`; `store` is for everything that is one file. A cache
that cannot be written is no error.
"""
