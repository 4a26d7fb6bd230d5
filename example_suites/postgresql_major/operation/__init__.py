"""The operator's side: two real PostgreSQL clusters, and the ways from one to the other and back."""
