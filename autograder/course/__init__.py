"""A course: its bank of questions, its scaffold, its solutions and the wheel it hands out."""
