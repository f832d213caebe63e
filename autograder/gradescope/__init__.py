"""Gradescope's two files: `results.json`, made of a Report, and `submission_metadata.json`, read.

results(report)              what `supervisor.write` writes
read_metadata(path)          who handed in, when, and earlier results; never an error
"""

from __future__ import annotations

from autograder.gradescope.metadata import Metadata, Previous, read_metadata
from autograder.gradescope.writing import results

__all__ = ["Metadata", "Previous", "read_metadata", "results"]
