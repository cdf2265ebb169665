"""What a reviewer does with candidates in scope."""
