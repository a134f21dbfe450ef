"""How well a record fits a question."""
