"""What is put on a router, one ingredient a file; a platform says which it has."""
