"""Routes from Valhalla: road networks built from OpenStreetMap, and engines in worker processes or over HTTP.

This file imports nothing, so that a worker process, which only needs `worker`, starts in a few hundredths of a second.
"""
