"""The files of a generation: records, words, ground; written once, then read by every worker."""
