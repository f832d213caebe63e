"""What instructors run on top of a grading: classes, pages, proofs, regrades."""
