"""What Pipenv can do, without printing and without parsing arguments.

`session` builds the engines; each other module is one thing that a user can ask for.
"""
