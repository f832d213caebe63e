"""Assignments of Otter and nbgrader, read once and written as a question of this program."""
