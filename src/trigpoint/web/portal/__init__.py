"""The portal: Certificates, Identifiers and Profiles, in a browser. Every page works without JavaScript first."""
