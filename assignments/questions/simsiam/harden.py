"""What `autograder harden` cannot see in the public cases."""

unique = ("bound_path",)
