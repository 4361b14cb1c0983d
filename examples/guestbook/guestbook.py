"""A guestbook on the web: a Flask application, and a visit to it from the command line."""

import datetime
import sys

import humanize
from flask import Flask, jsonify, request

app = Flask(__name__)
entries = []


@app.post("/entries")
def sign():
    """Sign the guestbook."""
    entries.append((request.json["name"], datetime.datetime.now()))
    return jsonify(guest=humanize.ordinal(len(entries))), 201


@app.get("/entries")
def read():
    """Read the guestbook."""
    return jsonify([f"{name}, {humanize.naturaltime(signed)}" for name, signed in entries])


if __name__ == "__main__":
    with app.test_client() as browser:
        for name in sys.argv[1:] or ["World"]:
            answer = browser.post("/entries", json={"name": name})
            print(f"{name} is the {answer.json['guest']} guest")
        print("the guestbook says:", *browser.get("/entries").json, sep="\n  ")
