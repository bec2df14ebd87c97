import json
from http.server import BaseHTTPRequestHandler, HTTPServer

TAGS = {"new", "sale", "garden", "kitchen", "books", "toys", "winter"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"tags": list(TAGS), "pages": 3}).encode())

    def log_request(self, code="-", size="-"):
        pass


HTTPServer(("", 8000), Handler).serve_forever()
