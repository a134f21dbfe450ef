"""What the management API and `--json` give: one typed shape a noun, made from the records by `of`."""
