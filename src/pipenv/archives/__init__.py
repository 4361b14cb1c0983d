"""Archives as they come from outside: read, judged as a whole, and unpacked without surprises.

The ways in are `zips` (wheels and other zip files), `extraction` (source trees) and `tars`. What is
done with the content is left to `pipenv.cache`, `pipenv.builds` and `pipenv.installer`.
"""
