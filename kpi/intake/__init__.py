"""The files people send: an application's workbook or table, read with every fault at once, and the form to fill in.

``read``      a file's bytes -> ``ReadResult``: applications, problems with their cells, recognised headers, questions
``Answers``   what was answered, for this file and the next of its layout
``template``  the workbook to fill in
``problems``  what is wrong with a file, yielded where it is found, reported once; ``kpi.model.problem`` is the registry

Tables of a factory's own making are read in ``freeform``, our workbook in ``form``, single answers in ``values``.
"""
