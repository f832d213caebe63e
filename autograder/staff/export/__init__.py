"""The written answers of a class as documents for a person to grade: HTML always, PDF on request.

handout    what the template says, for the worker to compare with
reading    one submission's answers, found and rendered by a worker
safe       what a worker sent, read again: the only HTML of a student's that reaches a page
page       answers → one HTML file that runs nothing and loads nothing
pdf        the same page, printed by a browser
run        a class: one document a submission, and all answers by question
"""

from autograder.staff.export.run import Exported, ExportOptions, run

__all__ = ["ExportOptions", "Exported", "run"]
