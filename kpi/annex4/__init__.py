"""The application report of annex 4 as a Word document: requirements on its text, formatting and pictures.

``document_check``  the check: a file -> ``DocumentReport``
``package``       the zip, opened safely; ``xml_tree`` its XML as a tree
``body``          visible paragraphs; ``styles``, ``text_style``, ``theme``, ``list_labels`` their formatting
``outline``       headings, captions and parts; ``part_findings`` their required content
``characters``    counting as Word does; ``typography`` font, size and spacing
``comparison``    the report held against the application; ``marks`` placeholders, marks of secrecy, personal numbers
``pictures``      embedded pictures, ``image_header`` their sizes, ``captions``, ``caption_findings`` their captions
``kpi.model.problem``  the registry of findings
"""
