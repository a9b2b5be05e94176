"""Certificates and registers of others, read into the station's own certificate file."""
