import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status = 200
        try:
            with tempfile.TemporaryFile("w") as notes:
                notes.write(unquote(self.path))
        except UnicodeEncodeError:
            status = 500
        self.send_response(status)
        self.end_headers()

    def log_request(self, code="-", size="-"):
        pass


HTTPServer(("", 8000), Handler).serve_forever()
