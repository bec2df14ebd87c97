"""A help desk: tickets in PostgreSQL, a page that lists them, and an export to a file that the office fetches."""

import csv
import logging
import os
import time
from pathlib import Path

import pg8000.dbapi
from flask import Flask, jsonify, render_template, request

HERE = Path(__file__).parent
EXPORT = HERE / "exports" / "tickets.csv"

app = Flask(__name__)
# No line for each request: those of the health check would come whenever they come.
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def connect():
    return pg8000.dbapi.connect(
        host=os.environ.get("DB_HOST", "db"),
        user="postgres",
        password=os.environ["DB_PASSWORD"],
        timeout=5,
    )


def query(statement, *values):
    database = connect()
    try:
        cursor = database.cursor()
        cursor.execute(statement, values)
        rows = cursor.fetchall() if cursor.description else []
        database.commit()
        return rows
    finally:
        database.close()


def migrate():
    """Brings the database to what this version expects, once it takes connections."""
    for attempt in range(40):
        try:
            query("select 1")
            break
        except Exception:
            if attempt == 39:
                raise
            time.sleep(0.25)
    for file in sorted((HERE / "migrations").glob("*.sql")):
        query(file.read_text())
        print("applied", file.name, flush=True)


@app.get("/healthz")
def health():
    query("select 1")
    return "well\n"


@app.get("/")
def page():
    tickets = query("select number, title from tickets order by number")
    return render_template("desk.html", name=os.environ.get("DESK_NAME", "Desk"), tickets=tickets)


@app.get("/tickets")
def tickets():
    rows = query("select number, title from tickets order by number")
    return jsonify([{"number": number, "title": title} for number, title in rows])


@app.post("/tickets")
def add():
    [[number]] = query("insert into tickets (title) values (%s) returning number", request.json["title"])
    return jsonify({"number": number}), 201


@app.post("/export")
def export():
    rows = query("select number, title from tickets order by number")
    with EXPORT.open("w", newline="") as file:
        csv.writer(file).writerows([("number", "title"), *rows])
    return f"{len(rows)} tickets\n"


if __name__ == "__main__":
    migrate()
    app.run(host="0.0.0.0", port=5000)
