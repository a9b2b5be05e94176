"""The simulated Stanford Research Systems FS725 rubidium frequency standard."""
