"""What a student is given: the generated copy, and checks in the notebook."""
