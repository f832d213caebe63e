"""What was handed in: a notebook, a module, a folder or a zip; read once, never executed.

The bytes are a snapshot: what a student's code does to the files later changes nothing. Notebooks
are parsed in a worker of their own, because JSON from strangers can cost any amount of memory and
time. Of the code only as much is parsed here, for its names, as an honest submission has: a syntax
tree takes a thousand times the memory of its source.
"""

from autograder.grading.submission.definitions import Unit
from autograder.grading.submission.files import UnreadableSubmission
from autograder.grading.submission.reading import Submission, read
from autograder.grading.submission.snapshot import snapshot

__all__ = ["Submission", "Unit", "UnreadableSubmission", "read", "snapshot"]
