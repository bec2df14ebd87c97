"""Counts visits in Redis, which it speaks to by itself."""

import os
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer


def ask(*words):
    """One command, one reply that fits into a line: https://redis.io/docs/latest/develop/reference/protocol-spec/"""
    with socket.create_connection((os.environ["CACHE"], 6379), timeout=5) as cache:
        cache.sendall(f"{' '.join(words)}\r\n".encode())
        return cache.makefile("rb").readline().decode().strip().lstrip(":+")


class Visits(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{self.path}: visit {ask('INCR', self.path)}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("", 8000), Visits).serve_forever()
