"""Code that runs in the student's process, in the cage. Nothing here may decide anything."""
