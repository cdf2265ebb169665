"""How an installation is kept: sign-in, secret, backup, verification, losses."""
