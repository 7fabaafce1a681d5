"""Whose turn it is: who is due, whether a request may go now, what it asks, and what is ahead."""
