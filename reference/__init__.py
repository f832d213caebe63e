"""Reference solutions: a small mathematics library of deep generative models, one module a topic.

It imports nothing of the autograder and nothing of the assignments, and it never leaves the trusted
side: no student's process may read it. Every module follows the same order: what the topic is and its
sources, then its functions, each with formula, shapes, errors, paper and equation.
"""
