"""What a configuration costs: computed from the configuration and from measured costs."""
