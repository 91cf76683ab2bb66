"""The rows of the tables of kinds: the columns that kubectl shows.

Nothing here draws: a row is a record of the snapshot, and its cells are text with the name of a style.
"""
