"""What a page's charts and tables become when they are taken away.

``chart_files``  a chart as SVG and PNG, without a browser
``as_csv``       a table as CSV, with what goes with it below
``gap_table``    the way to leading as a table of numbers
``page_report``  a page's own answer as a report, for every writer
"""
