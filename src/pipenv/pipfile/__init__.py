"""The file people write: text in, values or text out.

Owns reading, checking, editing and hashing of a Pipfile; opens no file and knows no lock.
The ways in are `document` (read), `entries` (what an entry means), `editing` (change the text) and
`hashing` (the hash that a lock carries).
"""
