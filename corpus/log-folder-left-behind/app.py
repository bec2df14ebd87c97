import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, "text/plain", b"open\n")

    def do_POST(self):
        try:
            with open("logs/orders.log", "a") as log:
                log.write(self.path + "\n")
            self.answer(200, "text/html; charset=utf-8", "<p>Très bien\n".encode())
        except OSError:
            traceback.print_exc()
            self.answer(500, "text/plain", b"no log\n")

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        pass


HTTPServer(("", 8000), Handler).serve_forever()
