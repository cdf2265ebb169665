"""The command line. Exit 0 done, 1 the input has errors, 2 wrong call, 3 the store cannot be used."""
