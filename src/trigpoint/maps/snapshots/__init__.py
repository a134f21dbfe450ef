"""Snapshots, pure: what is asked for, what is ready to be painted, and how a view fits what it has to show."""
