"""How panels are reached: in process, by sockets, HiSLIP, VXI-11 and serial lines."""
