"""Where the parts meet: build everything from the settings, once, at start-up."""
