"""What a check can use while it runs, and what is watched meanwhile."""
