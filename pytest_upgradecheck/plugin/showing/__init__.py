"""The verdict on the terminal, in pytest-html and in JUnit XML."""
