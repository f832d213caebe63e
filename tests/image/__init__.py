"""Gradescope's image made from a bare Ubuntu, and gradings in it at Gradescope's smallest size."""
