"""Front door 1: who asks. One desk a noun, and the admission of every call."""
