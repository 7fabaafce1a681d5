"""The one place where what others say becomes text that may be shown.

A server, a broker, a registry, a token server, a proxy, a certificate, a storage and a library write what they like: secrets that they were
sent, control characters, a megabyte. Their words enter as `Foreign`, which shows nothing of itself, and leave by `readable` alone:
redacted, escaped to one line, cut. Their exceptions stay here too (`chains.py`): error reporters print the variables of every frame.
"""
