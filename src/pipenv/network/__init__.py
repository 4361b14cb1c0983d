"""HTTP: the only package that opens sockets.

Owns connections, TLS, proxies, retries, redirects and credentials.  Knows nothing of package
indexes, and keeps nothing on disk but what it is told to download.  The way in is `client`.
"""
