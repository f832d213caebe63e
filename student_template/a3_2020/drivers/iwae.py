"""What must run beside the student's functions: gradients, and refined proposals with their bounds."""
