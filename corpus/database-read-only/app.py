import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

FILE = "/app/data/visits.db"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer("select count(*) from visits")

    def do_POST(self):
        self.answer("insert into visits values (1) returning 1")

    def answer(self, statement):
        status = 200
        try:
            with sqlite3.connect(FILE) as db:
                body = f"{db.execute(statement).fetchone()[0]}\n"
        except sqlite3.Error as error:
            status, body = 500, f"{error}\n"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code="-", size="-"):
        pass


if "create" in sys.argv:
    os.mkdir("/app/data")
    with sqlite3.connect(FILE) as db:
        db.execute("create table visits (number int)")
else:
    HTTPServer(("", 8000), Handler).serve_forever()
