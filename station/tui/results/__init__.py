"""Results of finished runs: reviewed, approved, issued, and what they came from."""
