"""The console in lines of text: for screen readers and terminals that only print."""
