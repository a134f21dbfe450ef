"""What all packages use: errors, IDs, time, geometry, hosts and hiding secrets. Imports no other package of ours."""
