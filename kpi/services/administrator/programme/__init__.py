"""The programme of a year: its dates, stages of applications, objections, lists that leave the house, awards."""
