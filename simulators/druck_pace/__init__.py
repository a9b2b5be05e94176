"""The simulated Druck PACE5000 and PACE6000 pressure controllers, PACE1000 indicator."""
