"""Words that everyone uses: errors, ids, time, places on the globe. Imports nothing of ours."""
