"""The application: metrology, runs, records, certificates, screens, command line."""
