"""The reference H: the smallest page that Flask can serve."""

from flask import Flask


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "Hello, world!")
    return app
