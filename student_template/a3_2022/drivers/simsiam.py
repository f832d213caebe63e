"""What must run beside the losses of SimSiam: their gradients."""
