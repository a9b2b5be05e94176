"""What happens in nature: quantities, media, noise, and the true errors of instruments."""
