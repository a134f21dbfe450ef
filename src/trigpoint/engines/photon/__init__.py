"""Places from a Photon service over HTTP."""
