"""What runs beside the student's code, in the cage. Nothing here may decide anything."""
