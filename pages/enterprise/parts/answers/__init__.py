"""Editing the answer sheet: the inputs of an item, and the grid, the forms and the list of faults made of them."""
