"""Values of the packaging standards: pure, immutable, comparable, no file, clock or socket.

Owns the grammar and the meaning of names, versions, specifiers, markers, requirements, file names,
tags and metadata, and the small records that two packages exchange.  What is done with them is left
to the others.  Ways in: the module named after the value.
"""
