"""The SDK: mint a token, exchange it, cache it, call."""
