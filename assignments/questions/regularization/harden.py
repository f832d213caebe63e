"""What `autograder harden` cannot see in the public cases, which show only the form of this answer."""

unique = ("dropout_lambda",)
