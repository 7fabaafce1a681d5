"""What a tick does beside its own work: old runs go, and so do runs of connectors that are gone."""
