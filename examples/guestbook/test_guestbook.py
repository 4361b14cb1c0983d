"""``pipenv run pytest`` in this folder runs it."""

from guestbook import app


def test_a_guest_who_signs_is_in_the_book():
    with app.test_client() as browser:
        browser.post("/entries", json={"name": "Ada"})
        assert browser.get("/entries").json == ["Ada, now"]
