"""Benchmarks: how much the connector costs, next to what it is compared with."""
