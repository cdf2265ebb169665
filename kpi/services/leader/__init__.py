"""What a district leader sees and puts forward."""
