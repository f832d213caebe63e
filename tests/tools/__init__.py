"""Commands that show what the program does with many inputs."""
