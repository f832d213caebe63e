"""What must run beside the functions of a variational autoencoder: their gradients."""
