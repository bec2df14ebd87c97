"""A page that says hello, served by Flask's own server on every address of the container."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Hello, Docker!"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
