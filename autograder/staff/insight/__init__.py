"""A class at a glance: from the folder that a batch left to one page that opens anywhere.

    model          the words: class, submission, part
    read           the folder → a `Class`, whatever is missing or broken in it
    anonymous      the same class without the names of people
    statistics     numbers about numbers: quantiles, discrimination, outliers
    shared_values  submissions that share wrong values which nothing known explains
    findings       a class and its assignment → what an instructor should know, in order
    plots          findings → shapes
    figures        the plots of the page, in shapes and in words
    view           what else the page is filled with
    page           findings → one HTML file

Nothing here grades. Whatever a student could choose (names of files, people) is text, never markup.
"""

from __future__ import annotations

from autograder.staff.insight.anonymous import without_names
from autograder.staff.insight.findings import Findings, find
from autograder.staff.insight.model import Class
from autograder.staff.insight.page import write
from autograder.staff.insight.read import read

__all__ = ["Class", "Findings", "find", "read", "without_names", "write"]
