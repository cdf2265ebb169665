"""One answer at a time: text to number, a KPI's value, a fact of annex 3, and what is possible but odd about them."""
