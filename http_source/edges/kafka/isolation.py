"""Kafka's isolation levels, as a consumer's `isolation.level` names them."""

READ_COMMITTED, READ_UNCOMMITTED = "read_committed", "read_uncommitted"
