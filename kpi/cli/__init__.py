"""The command line. Exit codes: 0 success, 1 errors in the input, 2 incorrect usage, 3 the store cannot be used."""
