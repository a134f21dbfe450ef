"""A question taken apart, before any index is asked."""
