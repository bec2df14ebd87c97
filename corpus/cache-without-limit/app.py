import os
from http.server import BaseHTTPRequestHandler, HTTPServer

CACHE = int(os.environ.get("CACHE_MB", "512"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        cache = bytearray(os.urandom(1) * (CACHE << 20))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{len(cache) > 0}\n".encode())

    def log_request(self, code="-", size="-"):
        pass


HTTPServer(("", 8000), Handler).serve_forever()
