"""Which records a question may mean."""
