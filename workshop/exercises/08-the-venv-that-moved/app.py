"""Converts temperatures: GET /celsius/-40 answers what that is in Fahrenheit."""

from flask import Flask, abort

app = Flask(__name__)


@app.get("/celsius/<degrees>")
def celsius(degrees: str) -> dict[str, float]:
    try:
        return {"fahrenheit": round(float(degrees) * 9 / 5 + 32, 2)}
    except ValueError:
        abort(400, "not a number")
