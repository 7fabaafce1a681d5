"""Many connectors, and many entities, under Dagster's daemon and code server as processes of their own."""
