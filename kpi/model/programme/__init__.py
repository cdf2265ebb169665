"""The programme of a year: its dates, objections during publicity, changes of awards."""
