"""Routes from Valhalla: networks built from OpenStreetMap, and engines in processes of their own or over HTTP.

Nothing is imported here: a worker process that only needs `worker` starts in a few hundredths of a second.
"""
