"""Who may connect, and how much: hosts, headers, forms, crowds, uploads, sessions."""
