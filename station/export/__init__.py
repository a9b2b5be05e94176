"""Records as files for other programs: CSV, JSON, Parquet."""
