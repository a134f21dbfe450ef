"""Settings: the environment, turned into one frozen dataclass."""
