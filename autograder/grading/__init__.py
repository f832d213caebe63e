"""One submission's way: read, run, called, judged, diagnosed."""
