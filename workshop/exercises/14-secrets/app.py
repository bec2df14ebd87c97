"""Tells the price of an article: GET /prices/lamp. The list was decrypted when the image was built."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PRICES = json.loads(Path("/app/prices.json").read_text())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        price = PRICES["prices"].get(self.path.removeprefix("/prices/"))
        text = f"{price:.2f} {PRICES['currency']}\n" if price else "no such article\n"
        self.send_response(200 if price else 404)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_request(self, code="-", size="-"):
        pass


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
