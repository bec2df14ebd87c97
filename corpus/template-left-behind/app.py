from http.server import BaseHTTPRequestHandler, HTTPServer
from string import Template


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            self.answer(200, page(self.path))
        except OSError as error:
            print(error, flush=True)
            self.answer(500, "Internal Server Error\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code="-", size="-"):
        pass


def page(path):
    if path == "/":
        return "Hello, Docker!\n"
    with open("templates/about.html") as file:
        return Template(file.read()).substitute(title="About")


HTTPServer(("", 8000), Handler).serve_forever()
