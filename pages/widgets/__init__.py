"""The pieces that pages of several roles draw with. What serves one role alone lies in that role's ``parts``."""
