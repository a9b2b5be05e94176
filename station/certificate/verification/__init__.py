"""Is a file whole, trusted, consistent with itself, and what was issued?"""
