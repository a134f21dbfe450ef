"""For tests of programs that call the Maps Server API: a pytest plugin with a real server, real keys, and faults to order."""
