"""A pytest plugin for programs that call the Maps Server API: a real server, real keys, and faults to order."""
