"""The menu of a café: GET / is the page, GET /price/NAME the price of one dish in cents."""

from flask import Flask, abort, render_template

MENU = {"soup": 450, "salad": 620, "pie": 380}

app = Flask(__name__)


@app.get("/")
def page() -> str:
    return render_template("menu.html", menu=MENU)


@app.get("/price/<name>")
def price(name: str) -> dict[str, int]:
    return {"cents": MENU[name]} if name in MENU else abort(404)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
