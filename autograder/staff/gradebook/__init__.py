"""Grades in the form that a course system imports, made from that system's own export.

sheets     a CSV file as it was written: delimiter, byte order mark, columns
grades     the points that each person gets, written ones included
matching   people and the lines of a file: by number, then address, then name; nothing is guessed
systems    Canvas, Moodle, Gradescope: which columns say who, and which one takes the points
"""
