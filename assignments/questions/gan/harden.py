"""What `autograder harden` cannot see in the public cases, which show only the form of these answers."""

unique = (
    "bilinear_update_matrix",
    "bilinear_eigenvalues",
    "dirac_rest_jacobian",
    "dirac_stationary_point",
)
