"""Places from a Photon service over HTTP, on OpenSearch as its operator runs it."""
