"""The JSON types of the management API and of `--json`: one class for each noun, made from a record by `of`."""
