"""How the project's processes log: in which form, from which level on, and about what.

A line may be read by a machine, and by a person at night. What others say enters a line by `foreign/` alone, as it does everywhere.
"""
