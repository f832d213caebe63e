"""Grades the functions of maths-heavy courses: honestly, in a cage, and with an explanation."""
