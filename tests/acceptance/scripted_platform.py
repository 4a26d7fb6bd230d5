"""A platform that answers what a file says: ``python scripted_platform.py ANSWERS.json PORT_FILE``.

The file maps paths to ``{"status": 200, "headers": {...}, "body": "text"}``, or to a list of these that are answered in
turn. It is read again for each request. ``ANSWERS.json.requests`` lists the path of each request,
``ANSWERS.json.connections`` its path and the port it came from.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ANSWERS, PORT_FILE = map(Path, sys.argv[1:3])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with ANSWERS.with_suffix(".json.requests").open("a") as requests:
            requests.write(f"{self.path}\n")
        with ANSWERS.with_suffix(".json.connections").open("a") as connections:
            connections.write(f"{self.path} {self.client_address[1]}\n")
        answer = json.loads(ANSWERS.read_text()).get(self.path, {"status": 404, "body": "{}"})
        if isinstance(answer, list):
            asked = ANSWERS.with_suffix(".json.requests").read_text().splitlines().count(self.path)
            answer = answer[(asked - 1) % len(answer)]
        body = answer["body"].encode()
        self.send_response(answer.get("status", 200))
        for name, value in {"Content-Type": "application/json", **answer.get("headers", {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
PORT_FILE.with_suffix(".partial").write_text(str(server.server_port))
PORT_FILE.with_suffix(".partial").rename(PORT_FILE)
server.serve_forever()
