"""Candidate retrieval: which records a query may mean."""
