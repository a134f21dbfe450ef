"""The portal: Certificates, Identifiers & Profiles."""
