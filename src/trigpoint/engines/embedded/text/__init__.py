"""Text into words: one form for what is indexed and for what is asked."""
