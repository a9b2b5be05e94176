"""Small widgets and words that several screens share."""
