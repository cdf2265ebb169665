"""The end of a draft: what is looked over and confirmed before the lock, the lock, and the receipt after it."""
