"""Counts the words of a text: POST /count answers how often each occurs, as JSON."""

import platform
import re
from collections import Counter

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/")
def usage():
    return f"POST a text to /count (Python {'.'.join(platform.python_version_tuple()[:2])})\n"


@app.post("/count")
def count():
    text = request.get_data(as_text=True)
    return jsonify(Counter(re.findall(r"\w+", text.lower())))


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
