"""Configurations, connections and what is made of them: the rooms below know nothing of each other, and meet here."""
