"""What can go wrong between an instrument and whoever asks it."""
