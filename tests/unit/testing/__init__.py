"""Tests of autograder.testing; a package so that its helpers can be imported."""
