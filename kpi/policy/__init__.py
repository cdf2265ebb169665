"""Policy values by the date they came into force: those that ship, and changes of them as files."""
