"""Git repositories made on the spot, to be cloned by ``file://`` or from a loopback server."""

from __future__ import annotations

import base64
import http.server
import os
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class GitRepository:
    """A repository with one branch, ``main``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Author",
            "GIT_AUTHOR_EMAIL": "author@example",
            "GIT_COMMITTER_NAME": "Author",
            "GIT_COMMITTER_EMAIL": "author@example",
        }
        self.run("init", "--quiet", "--initial-branch", "main")

    @property
    def url(self) -> str:
        """The ``file:`` URL."""
        return self.folder.as_uri()

    def run(self, *arguments: str) -> str:
        """Call git in the repository; return what it says."""
        completed = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            check=True,
            text=True,
        )
        return completed.stdout.strip()

    def commit(self, tag: str = "") -> str:
        """Commit whatever is in the folder; return the full commit id."""
        self.run("add", "--all")
        self.run("commit", "--quiet", "--allow-empty", "--message", "change")
        if tag:
            self.run("tag", tag)
        return self.run("rev-parse", "HEAD")


@contextmanager
def guarded_server(root: Path, name: str, password: str) -> Iterator[tuple[str, list[str]]]:
    """Git over HTTP for those who know the password; gives its address and what was asked of it."""
    wanted = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            asked.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            variables = {
                "PATH": os.environ.get("PATH", os.defpath),
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_USER": name,
                "REMOTE_ADDR": "127.0.0.1",
            }
            output = subprocess.run(
                ["git", "http-backend"], input=body, env=variables, capture_output=True, check=True
            ).stdout
            head, _, payload = output.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
