"""What a district leader sees and nominates."""
