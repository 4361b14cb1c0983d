"""Virtual environments: where they live, how they are made, what is in them, which Python they use.

`location` and `activation` are thin and serve ``run`` and ``--venv``; `discovery` and `probe` find
and question interpreters; `creation` makes and removes environments; `installed` reads what they
hold. Installing into them is left to `pipenv.installer`.
"""
