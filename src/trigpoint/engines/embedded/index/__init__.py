"""The files of a generation (records, text index, spatial index), which are written once and then read by every worker."""
