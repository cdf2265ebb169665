"""Placing and freezing on Spark: a master and two workers from pyspark's own wheel, started here.

Skipped where pyspark or Java is missing.
"""
