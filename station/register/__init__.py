"""The laboratory's register: equipment, people, the lives of certificates; one chain."""
