"""The written answers of a notebook, found and rendered in a worker.

finding    where the answers stand
found      what was found, as data
formulas   TeX → MathML
rendering  cells → strict HTML
answers    all of it: one notebook → data
elements   the names that both sides know
"""
