"""Are wrong answers explained? Every misconception of the bank as a student, and mutants as others.

    python -m tests.diagnoses [TOPIC…]      what each of them reads, level by level; `make diagnoses`

Nobody needs a cage for our own wrong functions: they are called in this process, on data as it
would cross the line, and what was heard is recorded, judged and diagnosed as in a grading.
"""
